import type { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import os from 'node:os';
import { DEVNULL, PIPE, STDOUT, type SubprocessOptions } from '@bight/loop-abstract';
import { afterEach, expect, test } from '@jest/globals';
import { NativeChild } from '../../src/process/native-child.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

const before = process.env.BIGHT_NATIVE_SPAWN;
const COPY = 'cat; echo b >&2; exit 3';
const isNative = process.platform === 'linux';

afterEach(() => {
  if (before === undefined) delete process.env.BIGHT_NATIVE_SPAWN;
  else process.env.BIGHT_NATIVE_SPAWN = before;
});

/** What a protocol receives from a process, and what started it. */
async function seen(program: string, args: readonly string[], options: SubprocessOptions) {
  return inLoop(async (loop) => {
    const recorder = new Recorder(loop);
    const outcome = await loop
      .subprocessExec(() => recorder, program, args, options)
      .then(
        async ([transport]) => {
          const handle = transport.getExtraInfo('subprocess') as NativeChild | ChildProcess;
          // Writing what a program does not read may fail, or not.
          if (args.includes(COPY)) transport.getPipeTransport(0)?.write(Buffer.from('input'));
          transport.getPipeTransport(0)?.close();
          await recorder.lost;
          const { exitCode, signalCode, pid } = handle;
          expect(pid).toBe(transport.getPid());
          return { returncode: transport.getReturncode(), exitCode, signalCode };
        },
        (error: unknown) => {
          const { name, message, code, errno, syscall, path, spawnargs } = error as Error &
            Record<string, unknown>;
          return { name, message, code, errno, syscall, path, spawnargs };
        },
      );
    return {
      outcome,
      output: [1, 2, 3].map((fd) => recorder.output(fd)).join(''),
      // The pipes of one process may end in any order.
      events: [...recorder.summary].sort(),
      last: recorder.summary.at(-1),
    };
  });
}

const NAMES = 'env | grep -v -E "^(_|PWD|SHLVL|OLDPWD)=" | sort';

describeOnEachLoop('a process that @bight/sockets starts', () => {
  test.each<[string, string, string[], SubprocessOptions]>([
    ['with three pipes', 'sh', ['-c', COPY], {}],
    ['with its error output in the output', 'sh', ['-c', 'echo a; echo b >&2'], { stderr: STDOUT }],
    ['with no streams', 'sh', ['-c', 'kill -TERM $$'], { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL }],
    ['with a further pipe', 'sh', ['-c', 'echo a; echo b >&3'], { extraStdio: [PIPE] }],
    [
      'with further descriptors',
      'sh',
      ['-c', 'ls -l /proc/$$/fd/4 | sed "s/.*->//"'],
      { extraStdio: [null, DEVNULL] },
    ],
    ['with an environment of its own', 'sh', ['-c', NAMES], { env: { A: '1', PATH: process.env.PATH! } }],
    ['with our environment', 'sh', ['-c', NAMES], {}],
    ['in a folder', 'pwd', [], { cwd: '/usr' }],
    ['with another name', 'sh', ['-c', 'cat /proc/$$/cmdline; true'], { argv0: 'other' }],
    [
      'in a session of its own',
      'sh',
      ['-c', 'set -- $(cat /proc/$$/stat); test $6 = $$'],
      { detached: true },
    ],
    ['that does not exist', 'no-such-program', ['a'], {}],
    ['that is a folder', '/usr', [], {}],
    ['in a missing folder', 'true', [], { cwd: '/no/such/folder' }],
  ])('%s is what Node starts', async (_what, program, args, options) => {
    process.env.BIGHT_NATIVE_SPAWN = 'off';
    const byNode = await seen(program, args, options);
    process.env.BIGHT_NATIVE_SPAWN = '';
    const natively = await seen(program, args, options);
    const set = (text: string) => text.replace(/^BIGHT_NATIVE_SPAWN=.*\n/m, '');
    expect({ ...natively, output: set(natively.output) }).toEqual({ ...byNode, output: set(byNode.output) });
  });

  test('is started by Node with the switch off, where diagnostics observe it, or for another user', async () => {
    const kinds: boolean[] = [];
    const start = (options: SubprocessOptions) =>
      inLoop(async (loop) => {
        const recorder = new Recorder(loop);
        const [transport] = await loop.subprocessExec(() => recorder, 'true', [], options);
        kinds.push(transport.getExtraInfo('subprocess') instanceof NativeChild);
        await recorder.lost;
      });
    await start({});
    await start({ gid: os.userInfo().gid });
    await start({ uid: os.userInfo().uid });
    const listener = () => {};
    channel('child_process').subscribe(listener);
    await start({});
    channel('child_process').unsubscribe(listener);
    process.env.BIGHT_NATIVE_SPAWN = 'off';
    await start({});
    process.env.BIGHT_NATIVE_SPAWN = 'on';
    await start({});
    expect(kinds).toEqual([isNative, false, false, false, false, isNative]);
  });

  test('with a wrong switch is not started', async () => {
    process.env.BIGHT_NATIVE_SPAWN = 'maybe';
    await inLoop(async (loop) => {
      const failed = loop.subprocessExec(() => ({}), 'true');
      await expect(failed).rejects.toThrow("BIGHT_NATIVE_SPAWN must be 'on' or 'off', not \"maybe\"");
    });
  });

  test('can be sent signals by what getExtraInfo() gives', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const [transport] = await loop.subprocessExec(() => recorder, 'sleep', ['60']);
      const child = transport.getExtraInfo('subprocess') as NativeChild | ChildProcess;
      expect([child.exitCode, child.signalCode, child.kill(0)]).toEqual([null, null, true]);
      expect(() => child.kill('SIGNOT' as never)).toThrow();
      expect(child.kill('SIGINT')).toBe(true);
      await recorder.lost;
      expect([child.exitCode, child.signalCode, child.kill()]).toEqual([null, 'SIGINT', false]);
      expect(transport.getReturncode()).toBe(-2);
    });
  });

  test('passes on the environment by which coverage is collected', async () => {
    const folder = process.env.NODE_V8_COVERAGE;
    process.env.NODE_V8_COVERAGE = '/nowhere';
    try {
      const env = { PATH: process.env.PATH! };
      const { output } = await seen('sh', ['-c', 'echo $NODE_V8_COVERAGE'], { env });
      const { output: other } = await seen('sh', ['-c', 'echo $NODE_V8_COVERAGE'], {
        env: { ...env, NODE_V8_COVERAGE: 'here' },
      });
      expect([output, other]).toEqual(['/nowhere\n', 'here\n']);
    } finally {
      if (folder === undefined) delete process.env.NODE_V8_COVERAGE;
      else process.env.NODE_V8_COVERAGE = folder;
    }
  });
});
