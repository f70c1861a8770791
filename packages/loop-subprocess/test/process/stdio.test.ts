import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  DEVNULL,
  NotImplementedError,
  PIPE,
  STDOUT,
  type SubprocessOptions,
  Transport,
  ValueError,
} from '@bight/loop-abstract';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bight-stdio-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const QUIET = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL } as const;

/** Runs a command of the shell to its end. */
function shell(cmd: string, options: SubprocessOptions): Promise<Recorder> {
  return inLoop(async (loop) => {
    const [, recorder] = await loop.subprocessShell(() => new Recorder(loop), cmd, { ...QUIET, ...options });
    await recorder.lost;
    return recorder;
  });
}

describeOnEachLoop('a standard stream', () => {
  test('is a pipe by default', async () => {
    const kinds = await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'true');
      const kinds = [0, 1, 2, 3].map((fd) => transport.getPipeTransport(fd) !== null);
      await recorder.lost;
      return kinds;
    });
    expect(kinds).toEqual([true, true, true, false]);
  });

  test.each([
    ['echo hi > /dev/stdout', 'hi\n'],
    ['echo hi > /dev/stderr', 'hi\n'],
    ['echo hi > /dev/fd/1', 'hi\n'],
    ['echo hi > /proc/self/fd/2', 'hi\n'],
    ['cat /dev/stdin', 'input'],
    ['cat /proc/self/fd/0 | cat', 'input'],
    ['cat < /dev/fd/0 > /dev/fd/2', 'input'],
    ['readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 | cut -c 1-6', 'pipe:[\npipe:[\npipe:[\n'],
  ])('can be opened by its name: %s', async (cmd, output) => {
    for (const stderr of [PIPE, STDOUT]) {
      await inLoop(async (loop) => {
        const [transport, recorder] = await loop.subprocessShell(() => new Recorder(loop), cmd, { stderr });
        const stdin = transport.getPipeTransport(0)!;
        stdin.write(Buffer.from('input'));
        stdin.close();
        await recorder.lost;
        expect(transport.getReturncode()).toBe(0);
        expect(recorder.output(1) + recorder.output(2)).toBe(output);
      });
    }
  });

  test('that the process closes is lost at once, though nothing is written', async () => {
    await inLoop(async (loop) => {
      const cmd = 'exec <&-; echo closed; exec cat <&3';
      const [transport, recorder] = await loop.subprocessShell(() => new Recorder(loop), cmd, {
        extraStdio: [PIPE],
      });
      await recorder.pipeLost(0);
      expect(recorder.summary).toContain('lost 0');
      expect(transport.getReturncode()).toBeNull();
      transport.getPipeTransport(3)!.close();
      await recorder.lost;
    });
  });

  test('can be the null device', async () => {
    const recorder = await shell('cat; readlink /proc/self/fd/0 >&2', { stderr: PIPE });
    expect(recorder.output(2)).toBe('/dev/null\n');
  });

  test('can be a descriptor', async () => {
    const file = path.join(folder, 'out');
    const fd = openSync(file, 'w');
    await shell('echo to the file; echo error >&2', { stdout: fd, stderr: fd });
    closeSync(fd);
    expect(readFileSync(file, 'utf8')).toBe('to the file\nerror\n');
  });

  test('can be a FileHandle, which stays open', async () => {
    const file = path.join(folder, 'out');
    const handle = await open(file, 'w');
    await shell('echo one', { stdout: handle });
    await shell('echo two', { stdout: handle });
    await handle.close();
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
  });

  test('can be an object with fileno()', async () => {
    const fd = openSync('/etc/hostname', 'r');
    const recorder = await shell('cat', { stdin: { fileno: () => fd }, stdout: PIPE });
    closeSync(fd);
    expect(recorder.output(1)).toBe(readFileSync('/etc/hostname', 'utf8'));
  });

  test('can be inherited, and the error output go where the output goes', async () => {
    const outcome = await runTypeScript('packages/loop-subprocess/test/programs/inheriting.ts');
    expect(outcome).toEqual({ status: 0, signal: null, stdout: 'out\nerr\nmerged\n', stderr: 'own err\n' });
  });

  test('of the error output can be the null device with the output', async () => {
    const recorder = await shell('ls -l /proc/self/fd/ >&3; true', { stderr: STDOUT, extraStdio: [PIPE] });
    expect(recorder.output(3)).toMatch(/ 2 -> \/dev\/null\n/);
  });

  test('of the error output can be the file of the output', async () => {
    const file = path.join(folder, 'out');
    const fd = openSync(file, 'w');
    await shell('echo out; echo err >&2', { stdout: fd, stderr: STDOUT });
    closeSync(fd);
    expect(readFileSync(file, 'utf8')).toBe('out\nerr\n');
  });

  test('is blocking in the process, merged ones too', async () => {
    const count = 1_000_000;
    const recorder = await shell(`head -c ${count} /dev/zero`, { stdout: PIPE, stderr: STDOUT });
    expect(recorder.output(1)).toHaveLength(count);
  });
});

describeOnEachLoop('a further descriptor', () => {
  test('can be a pipe in both directions', async () => {
    const recorder = await inLoop(async (loop) => {
      const options = { ...QUIET, extraStdio: [PIPE, PIPE] };
      const cmd = 'read word <&3; echo "$word over 3" >&3; read word <&4; echo "$word over 4" >&4';
      const [transport, made] = await loop.subprocessShell(() => new Recorder(loop), cmd, options);
      for (const fd of [3, 4]) {
        const pipe = transport.getPipeTransport(fd);
        if (!(pipe instanceof Transport)) throw new TypeError('no duplex transport');
        pipe.write(Buffer.from('hello\n'));
      }
      await made.lost;
      return made;
    });
    expect([recorder.output(3), recorder.output(4)]).toEqual(['hello over 3\n', 'hello over 4\n']);
  });

  test('ends for the process with writeEof(), and can still be read', async () => {
    const output = await inLoop(async (loop) => {
      const options = { ...QUIET, extraStdio: [PIPE] };
      const cmd = 'n=$(wc -c <&3); echo "$n bytes" >&3';
      const [transport, made] = await loop.subprocessShell(() => new Recorder(loop), cmd, options);
      const pipe = transport.getPipeTransport(3) as Transport;
      pipe.writelines([Buffer.from('abc'), new Uint8Array(2), Buffer.alloc(300_000)]);
      pipe.writeEof();
      await made.lost;
      return made.output(3);
    });
    expect(output).toBe('300005 bytes\n');
  });

  test('can be the null device or a file', async () => {
    const file = path.join(folder, 'out');
    const fd = openSync(file, 'w');
    const recorder = await shell('echo nothing >&3 && echo something >&4; readlink /proc/self/fd/3', {
      stdout: PIPE,
      extraStdio: [DEVNULL, fd],
    });
    closeSync(fd);
    expect(recorder.output(1)).toBe('/dev/null\n');
    expect(readFileSync(file, 'utf8')).toBe('something\n');
  });
});

describeOnEachLoop('no standard stream', () => {
  test.each([
    ['stdin', { stdin: STDOUT }, ValueError],
    ['stdout', { stdout: STDOUT }, ValueError],
    ['stderr', { stderr: -7 }, ValueError],
    ['stdin', { stdin: 1.5 }, ValueError],
    ['stdin', { stdin: 'pipe' }, TypeError],
    ['stdout', { stdout: {} }, TypeError],
    ['stdout', { stdout: { fileno: () => -1 } }, ValueError],
    ['stderr', { stderr: true }, TypeError],
    ['extraStdio', { extraStdio: 3 }, TypeError],
    ['extraStdio', { extraStdio: [STDOUT] }, ValueError],
  ])('%s is made of %p', async (name, options, errorClass) => {
    await inLoop(async (loop) => {
      const start = () => loop.subprocessExec(() => ({}), 'true', [], options as SubprocessOptions);
      expect(start).toThrow(errorClass);
      expect(start).toThrow(new RegExp(name));
    });
  });

  test('is a closed FileHandle', async () => {
    const handle = await open('/etc/hostname', 'r');
    await handle.close();
    await inLoop(async (loop) => {
      expect(() => loop.subprocessExec(() => ({}), 'true', [], { stdin: handle })).toThrow(ValueError);
    });
  });

  test('is a descriptor that is not open', async () => {
    await inLoop(async (loop) => {
      await expect(loop.subprocessExec(() => ({}), 'true', [], { stdin: 99_999 })).rejects.toMatchObject({
        code: 'EBADF',
      });
    });
  });

  test('needs a loop with subprocesses', async () => {
    const { CoreEventLoop } = await import('@bight/loop-core');
    const loop = new CoreEventLoop();
    expect(() => loop.subprocessExec(() => ({}), 'true')).toThrow(NotImplementedError);
    loop.close();
  });
});
