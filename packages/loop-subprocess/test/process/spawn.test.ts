import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CancelledError, DEVNULL, PIPE, STDOUT } from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { childStates, countDescriptors, openDescriptors, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

const QUIET = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL } as const;
const FAILURES = runsOf(1000, 150);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bight-failures-'));
  writeFileSync(path.join(folder, 'no-program'), 'data');
  writeFileSync(path.join(folder, 'no-format'), 'data');
  chmodSync(path.join(folder, 'no-format'), 0o755);
  mkdirSync(path.join(folder, 'folder'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(async () => {
  await until(() => childStates().size === 0);
});

describeOnEachLoop('a start that fails', () => {
  test.each([
    ['a program that is not there', 'nothing-there', 'ENOENT', 'spawn'],
    ['a file that is no program', 'no-program', 'EACCES', 'spawn'],
    ['a folder', 'folder', 'EACCES', 'spawn'],
    ['below a file', 'no-program/x', 'ENOTDIR', 'spawn'],
  ])('of %s gives the error of the system', async (_what, name, code, syscall) => {
    await inLoop(async (loop) => {
      const failed = loop.subprocessExec(() => ({}), path.join(folder, name));
      await expect(failed).rejects.toMatchObject({ code, syscall: expect.stringContaining(syscall) });
    });
  });

  test('of a name without a program gives ENOENT', async () => {
    await inLoop(async (loop) => {
      for (const name of ['no-such-program-anywhere', '']) {
        await expect(loop.subprocessExec(() => ({}), name)).rejects.toMatchObject({ code: 'ENOENT' });
      }
    });
  });

  test.each([
    ['nothing-there', 'ENOENT'],
    ['no-program', 'ENOTDIR'],
  ])('in the folder %s names the folder in the error', async (name, code) => {
    const cwd = path.join(folder, name);
    await inLoop(async (loop) => {
      const failed = loop.subprocessExec(() => ({}), 'true', [], { cwd });
      await expect(failed).rejects.toMatchObject({ code, syscall: 'chdir', path: cwd });
    });
  });

  test('calls no method of the protocol', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      await expect(loop.subprocessExec(() => recorder, '/nonexistent')).rejects.toThrow();
      await sleep(0.002);
      expect(recorder.events).toEqual([]);
    });
  });

  test('leaves nothing open, with any streams', async () => {
    await inLoop(async (loop) => {
      const forms = [
        {},
        QUIET,
        { stderr: STDOUT },
        { extraStdio: [PIPE, DEVNULL] },
        { stderr: STDOUT, extraStdio: [DEVNULL] },
      ];
      const fail = async (options: object) => {
        for (const [program, cwd] of [
          ['/nonexistent', undefined],
          ['true', '/nonexistent'],
          [folder, undefined],
          [path.join(folder, 'no-program', 'x'), undefined],
        ]) {
          const failed = loop.subprocessExec(() => ({}), program as string, [], { ...options, cwd });
          await expect(failed).rejects.toThrow();
        }
      };
      for (const options of forms) await fail(options);
      const before = openDescriptors().length;
      for (const options of forms) for (let round = 0; round < 5; round++) await fail(options);
      await until(() => openDescriptors().length <= before);
    });
  });

  test('leaves nothing open, many times', async () => {
    const outcome = await runTypeScript('packages/loop-subprocess/test/programs/failing.ts', {
      args: [String(FAILURES)],
      timeoutSeconds: 500,
    });
    expect(outcome).toEqual({
      status: 0,
      signal: null,
      stdout: `${FAILURES} failures, 0 descriptors more\n`,
      stderr: '',
    });
  }, 600_000);

  test('without free descriptors fails with EMFILE, and the next one works', async () => {
    const outcome = await runTypeScript('packages/loop-subprocess/test/programs/starving.ts');
    expect(outcome).toEqual({ status: 0, signal: null, stdout: 'EMFILE\nstarted: 0\n', stderr: '' });
  });
});

describeOnEachLoop('a start that is cancelled', () => {
  test('leaves no process and no descriptor', async () => {
    await inLoop(async (loop) => {
      const sockets = countDescriptors('socket');
      for (const options of [{}, QUIET, { stderr: STDOUT }]) {
        const recorder = new Recorder(loop);
        const task = createTask(async () => loop.subprocessExec(() => recorder, 'sleep', ['1000'], options));
        await sleep(0);
        task.cancel();
        await expect(task).rejects.toThrow(CancelledError);
        // Not only killed, but waited for.
        expect(childStates().size).toBe(0);
      }
      await until(() => countDescriptors('socket') <= sockets);
    });
  });

  test('at any moment leaves nothing', async () => {
    await inLoop(async (loop) => {
      for (let turns = 0; turns < 12; turns++) {
        const starting = loop.subprocessExec(() => ({}), 'sleep', ['1000'], { stderr: STDOUT });
        for (let turn = 0; turn < turns; turn++) await sleep(0);
        if (starting.cancel()) {
          await expect(starting).rejects.toThrow(CancelledError);
        } else {
          const [transport] = await starting;
          transport.close();
        }
      }
      await until(() => childStates().size === 0);
    });
  });

  test('calls back afterwards at most with the end', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const starting = loop.subprocessExec(() => recorder, 'yes');
      starting.cancel();
      await expect(starting).rejects.toThrow(CancelledError);
      await recorder.lost;
      expect(recorder.events.at(-1)).toBe('connectionLost null');
      expect(recorder.events.filter((event) => event === 'processExited')).toHaveLength(1);
    });
  });
});
