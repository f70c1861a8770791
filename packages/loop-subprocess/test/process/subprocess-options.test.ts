import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEVNULL, RuntimeError, type SubprocessOptions, ValueError } from '@bight/loop-abstract';
import { expect, test } from '@jest/globals';
import { describeOnEachLoop, inLoop, newLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

const QUIET = { stdin: DEVNULL, stderr: DEVNULL } as const;

/** Runs a program to its end. @returns what it wrote */
function outputOf(program: unknown, args?: unknown, options?: SubprocessOptions): Promise<string> {
  return inLoop(async (loop) => {
    const given = { ...QUIET, ...options };
    const recorder = new Recorder(loop);
    await loop.subprocessExec(() => recorder, program as string, args as string[], given);
    await recorder.lost;
    return recorder.output(1);
  });
}

describeOnEachLoop('subprocessExec', () => {
  test('takes strings and bytes', async () => {
    expect(await outputOf('echo', ['a b', "it's"])).toBe("a b it's\n");
    expect(await outputOf(Buffer.from('echo'), [Buffer.from('a'), new Uint8Array([98]), 'c'])).toBe(
      'a b c\n',
    );
  });

  test('takes no arguments', async () => {
    expect(await outputOf('echo')).toBe('\n');
    expect(await outputOf('echo', null)).toBe('\n');
  });

  test('runs in another folder', async () => {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'bight-cwd-')));
    expect(await outputOf('pwd', [], { cwd: folder })).toBe(`${folder}\n`);
    expect(await outputOf('pwd', [], { cwd: pathToFileURL(folder) })).toBe(`${folder}\n`);
    rmSync(folder, { recursive: true });
  });

  test('gives the process an environment, and looks for the program along its PATH', async () => {
    expect(await outputOf('/usr/bin/env', [], { env: { A: '1', B: 'zwei', C: undefined } })).toBe(
      'A=1\nB=zwei\n',
    );
    await inLoop(async (loop) => {
      const options = { ...QUIET, env: { PATH: '/nonexistent' } };
      await expect(loop.subprocessExec(() => ({}), 'echo', [], options)).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });
  });

  test('passes its own environment on', async () => {
    expect(await outputOf('sh', ['-c', 'echo $PATH'], { env: null })).toBe(`${process.env.PATH}\n`);
  });

  test('sets the name, the user and the group', async () => {
    expect(await outputOf('sh', ['-c', 'echo $0'], { argv0: 'other-name' })).toBe('other-name\n');
    const { getuid, getgid } = process;
    const ids = { uid: getuid?.call(process), gid: getgid?.call(process) };
    expect(await outputOf('sh', ['-c', 'id -u; id -g'], ids)).toBe(`${ids.uid}\n${ids.gid}\n`);
  });

  test('starts a session of its own when detached', async () => {
    const sameSession = 'set -- $(cat /proc/$$/stat); [ "$6" = "$$" ] && echo leader || echo member';
    expect(await outputOf('sh', ['-c', sameSession], { detached: true })).toBe('leader\n');
    expect(await outputOf('sh', ['-c', sameSession])).toBe('member\n');
  });

  test.each([
    ['bufsize', 1],
    ['universalNewlines', true],
    ['shell', true],
    ['text', true],
    ['encoding', 'utf-8'],
    ['errors', 'strict'],
  ])('refuses %s', async (name, value) => {
    await inLoop(async (loop) => {
      const refused = { [name]: value } as SubprocessOptions;
      expect(() => loop.subprocessExec(() => ({}), 'true', [], refused)).toThrow(ValueError);
      expect(() => loop.subprocessExec(() => ({}), 'true', [], refused)).toThrow(name);
      const harmless = { [name]: typeof value === 'boolean' ? false : null } as SubprocessOptions;
      if (name !== 'bufsize') {
        const recorder = new Recorder(loop);
        await loop.subprocessExec(() => recorder, 'true', [], harmless);
        await recorder.lost;
      }
    });
  });

  test("names the options to use in place of Node's stdio", async () => {
    await inLoop(async (loop) => {
      const options = { stdio: ['pipe'] } as SubprocessOptions;
      expect(() => loop.subprocessExec(() => ({}), 'true', [], options)).toThrow(/stdin.*extraStdio/);
    });
  });

  test.each([
    [1, [], {}, TypeError],
    [undefined, [], {}, TypeError],
    [['echo'], [], {}, TypeError],
    ['echo', 'a', {}, TypeError],
    ['echo', [1], {}, TypeError],
    ['echo', [null], {}, TypeError],
    ['echo\0', [], {}, ValueError],
    ['echo', ['a\0b'], {}, ValueError],
    ['echo', [Buffer.from([0xff])], {}, ValueError],
    ['echo', [], { cwd: 1 }, TypeError],
    ['echo', [], { cwd: '/\0' }, ValueError],
    ['echo', [], { env: 'A=1' }, TypeError],
    ['echo', [], { env: { A: 1 } }, TypeError],
    ['echo', [], { env: { 'A=B': '1' } }, ValueError],
    ['echo', [], { env: { A: '\0' } }, ValueError],
    ['echo', [], { uid: 'root' }, TypeError],
    ['echo', [], { gid: -1 }, ValueError],
    ['echo', [], { detached: 1 }, TypeError],
    ['echo', [], { argv0: 1 }, TypeError],
    ['echo', [], 'options', TypeError],
  ])(
    'refuses %p with %p and %p, and does not ask for a protocol',
    async (program, args, options, errorClass) => {
      await inLoop(async (loop) => {
        let isCalled = false;
        const factory = () => {
          isCalled = true;
          return {};
        };
        const start = () =>
          loop.subprocessExec(factory, program as string, args as string[], options as never);
        expect(start).toThrow(errorClass);
        expect(isCalled).toBe(false);
      });
    },
  );

  test('refuses what is no protocol factory', async () => {
    await inLoop(async (loop) => {
      expect(() => loop.subprocessExec({} as never, 'true')).toThrow(TypeError);
    });
  });

  test('starts nothing when the factory throws', async () => {
    await inLoop(async (loop) => {
      const failing = () => {
        throw new RangeError('no protocol');
      };
      await expect(loop.subprocessExec(failing, 'true')).rejects.toThrow('no protocol');
    });
  });

  test('refuses on a closed loop', () => {
    const loop = newLoop();
    loop.close();
    expect(() => loop.subprocessExec(() => ({}), 'true')).toThrow(RuntimeError);
    expect(() => loop.subprocessShell(() => ({}), 'true')).toThrow(RuntimeError);
    expect(() => loop.connectReadPipe(() => ({}), 0)).toThrow(RuntimeError);
    expect(() => loop.connectWritePipe(() => ({}), 1)).toThrow(RuntimeError);
  });
});

describeOnEachLoop('subprocessShell', () => {
  test('runs a command in the shell, as a string or bytes', async () => {
    await inLoop(async (loop) => {
      for (const cmd of ['echo $((40 + 2)) | cat', Buffer.from('echo $((40 + 2)) | cat')]) {
        const recorder = new Recorder(loop);
        await loop.subprocessShell(() => recorder, cmd as string, QUIET);
        await recorder.lost;
        expect(recorder.output(1)).toBe('42\n');
      }
    });
  });

  test.each([[['echo']], [1], [null]])('refuses %p', async (cmd) => {
    await inLoop(async (loop) => {
      expect(() => loop.subprocessShell(() => ({}), cmd as never)).toThrow(ValueError);
    });
  });

  test('refuses shell: false', async () => {
    await inLoop(async (loop) => {
      const options = { shell: false } as SubprocessOptions;
      expect(() => loop.subprocessShell(() => ({}), 'true', options)).toThrow(ValueError);
    });
  });
});
