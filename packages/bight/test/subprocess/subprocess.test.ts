import { afterEach, expect, test } from '@jest/globals';
import {
  CancelledError,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  DEVNULL,
  PIPE,
  ProcessLookupError,
  STDOUT,
  sleep,
  TimeoutError,
  ValueError,
  waitFor,
} from 'bight';
import { childStates, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, run } from '../support/each-loop.js';

const PIPES = { stdin: PIPE, stdout: PIPE, stderr: PIPE } as const;

afterEach(async () => {
  // Every process has ended and been reaped, as soon as the host has had a turn.
  await until(() => childStates().size === 0);
});

describeOnEachLoop('createSubprocessExec', () => {
  test('gives a process with streams', () =>
    run(async () => {
      const process = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
      expect(process.stderr).toBeNull();
      expect(process.returncode).toBeNull();
      process.stdin?.write(Buffer.from('one\ntwo\n'));
      await process.stdin?.drain();
      expect((await process.stdout?.readline())?.toString()).toBe('one\n');
      process.stdin?.close();
      await process.stdin?.waitClosed();
      expect((await process.stdout?.read())?.toString()).toBe('two\n');
      expect(await process.wait()).toBe(0);
      expect(process.returncode).toBe(0);
    }));

  test('passes arguments as they are', () =>
    run(async () => {
      const args = ['-c', 'import sys; print(sys.argv[1:])', 'a b', '', '"', 'ü'];
      const process = await createSubprocessExec('python3', args, { stdout: PIPE });
      expect((await process.communicate())[0]?.toString()).toBe(`['a b', '', '"', 'ü']\n`);
    }));

  test('iterates over the lines of the output', () =>
    run(async () => {
      const process = await createSubprocessShell('echo a; echo b', { stdout: PIPE });
      const lines: string[] = [];
      for await (const line of process.stdout!) lines.push(String(line));
      expect(lines).toEqual(['a\n', 'b\n']);
      await process.wait();
    }));

  test('gives the error of a program that is not there', () =>
    run(async () => {
      await expect(createSubprocessExec('/no/such/program')).rejects.toMatchObject({ code: 'ENOENT' });
    }));

  test('refuses a limit that is not positive', () =>
    run(async () => {
      expect(() => createSubprocessExec('true', [], { limit: 0 })).toThrow(ValueError);
    }));

  test('works outside of no loop only', () => {
    expect(() => createSubprocessExec('true')).toThrow('no running event loop');
  });
});

describeOnEachLoop('Process.communicate', () => {
  test('sends the input, and gives both outputs', () =>
    run(async () => {
      const process = await createSubprocessShell('cat; echo err >&2; exit 3', PIPES);
      const [stdout, stderr] = await process.communicate(Buffer.from('in'));
      expect([String(stdout), String(stderr), process.returncode]).toEqual(['in', 'err\n', 3]);
    }));

  test('merges the outputs', () =>
    run(async () => {
      const process = await createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: STDOUT });
      const [stdout, stderr] = await process.communicate();
      expect([String(stdout), stderr]).toEqual(['out\nerr\n', null]);
    }));

  test('closes standard input without input, too', () =>
    run(async () => {
      const process = await createSubprocessExec('cat', [], PIPES);
      expect((await process.communicate())[0]).toHaveLength(0);
    }));

  test('does not mind a process that does not read', () =>
    run(async () => {
      const process = await createSubprocessShell('exec 0<&-; echo done', PIPES);
      const [stdout] = await process.communicate(Buffer.alloc(1_000_000));
      expect([String(stdout), process.returncode]).toEqual(['done\n', 0]);
    }));

  test('moves more through both directions than the system buffers', () =>
    run(async () => {
      const input = Buffer.alloc(32 * 1024 * 1024);
      for (let offset = 0; offset < input.length; offset += 4096) input.writeUInt32LE(offset, offset);
      const process = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
      const [stdout] = await process.communicate(input);
      expect(stdout?.equals(input)).toBe(true);
    }));

  test('takes no input without a pipe, and nothing but bytes', () =>
    run(async () => {
      const process = await createSubprocessExec('true', [], { stdin: DEVNULL });
      expect(() => process.communicate(Buffer.from('x'))).toThrow(ValueError);
      expect(() => process.communicate('x' as never)).toThrow(TypeError);
      expect(await process.communicate()).toEqual([null, null]);
    }));
});

describeOnEachLoop('Process.wait', () => {
  test('returns at the exit, even when a grandchild keeps a pipe open', () =>
    run(async () => {
      const process = await createSubprocessShell('(read line; echo late) <&3 & exit 5', {
        stdin: DEVNULL,
        stdout: PIPE,
        extraStdio: [PIPE],
      });
      expect(await process.wait()).toBe(5);
      await process[Symbol.asyncDispose]();
    }));

  test('can be waited for by several tasks, each of which may be cancelled', () =>
    run(async () => {
      const process = await createSubprocessExec('cat', [], { stdin: PIPE });
      const waiting = [1, 2, 3].map(() => createTask(() => process.wait()));
      await sleep(0);
      waiting[1]?.cancel();
      await expect(waitFor(process.wait(), 0.01)).rejects.toThrow(TimeoutError);
      process.stdin?.close();
      await expect(waiting[1]).rejects.toThrow(CancelledError);
      expect(await Promise.all([waiting[0], waiting[2]])).toEqual([0, 0]);
      expect(await process.wait()).toBe(0);
    }));
});

describeOnEachLoop('a signal', () => {
  test.each([
    ['terminate', -15],
    ['kill', -9],
  ] as const)('%s() ends the process with %d', (method, returncode) =>
    run(async () => {
      const process = await createSubprocessExec('sleep', ['1000']);
      process[method]();
      expect(await process.wait()).toBe(returncode);
      expect(() => process[method]()).toThrow(ProcessLookupError);
    }),
  );

  test('sendSignal() takes a name or a number', () =>
    run(async () => {
      const cmd = "trap 'echo hup; exit 4' HUP; echo ready; while :; do sleep 0.01; done";
      const process = await createSubprocessShell(cmd, { stdout: PIPE });
      await process.stdout?.readline();
      process.sendSignal('SIGHUP');
      expect(String(await process.stdout?.readline())).toBe('hup\n');
      expect(await process.wait()).toBe(4);
    }));
});

describeOnEachLoop('await using', () => {
  test('terminates the process and waits for it', () =>
    run(async () => {
      let pid = 0;
      {
        await using process = await createSubprocessExec('sleep', ['1000'], { stdout: PIPE });
        pid = process.pid;
      }
      expect(pid).toBeGreaterThan(0);
      expect(childStates().has(pid)).toBe(false);
    }));

  test('leaves a process alone that has ended', () =>
    run(async () => {
      await using process = await createSubprocessExec('true');
      expect(await process.wait()).toBe(0);
    }));

  test('reaps the process when the block is left by a cancel', () =>
    run(async () => {
      const task = createTask(async () => {
        await using process = await createSubprocessExec('sleep', ['1000']);
        await process.wait();
      });
      await until(() => childStates().size === 1);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(childStates().size).toBe(0);
    }));
});
