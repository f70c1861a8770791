import { ContextVar, copyContext } from '@bight/contextvars';
import {
  DEVNULL,
  PIPE,
  STDOUT,
  type SubprocessOptions,
  SubprocessTransport,
  type Transport,
} from '@bight/loop-abstract';
import { currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import { afterEach, expect, test } from '@jest/globals';
import { membersOf } from '../../../../test/support/members.js';
import { childStates, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

/** Runs a command of the shell to its end. */
function shell(cmd: string, options?: SubprocessOptions): Promise<Recorder & { returncode: number | null }> {
  return inLoop(async (loop) => {
    const [transport, recorder] = await loop.subprocessShell(() => new Recorder(loop), cmd, options);
    await recorder.lost;
    return Object.assign(recorder, { returncode: transport.getReturncode() });
  });
}

afterEach(async () => {
  // Reaped as soon as the host has a turn.
  await until(() => childStates().size === 0);
});

test('the transport of a process has the members of its abstract class, and no others', () =>
  inLoop(async (loop) => {
    const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'true');
    expect(membersOf(transport)).toEqual(membersOf(SubprocessTransport.prototype));
    await recorder.lost;
  }));

describeOnEachLoop('the events of a process', () => {
  test('are its data, the ends of its pipes, its exit, and then the end of the connection', async () => {
    const recorder = await shell('echo out; exit 3', { stdin: DEVNULL, stderr: DEVNULL });
    expect(recorder.summary).toEqual([
      'connectionMade',
      'data 1',
      'lost 1',
      'processExited',
      'connectionLost null',
    ]);
    expect(recorder.output(1)).toBe('out\n');
    expect(recorder.returncode).toBe(3);
  });

  test('distinguishes the pipes', async () => {
    const recorder = await shell('echo out; echo err >&2', { stdin: DEVNULL });
    expect([recorder.output(1), recorder.output(2)]).toEqual(['out\n', 'err\n']);
    expect([...recorder.summary].sort()).toEqual([
      'connectionLost null',
      'connectionMade',
      'data 1',
      'data 2',
      'lost 1',
      'lost 2',
      'processExited',
    ]);
    expect(recorder.events.slice(-2)).toEqual(['processExited', 'connectionLost null']);
  });

  test('come without pipes, too', async () => {
    const recorder = await shell('exit 0', { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL });
    expect(recorder.events).toEqual(['connectionMade', 'processExited', 'connectionLost null']);
    expect(recorder.returncode).toBe(0);
  });

  test('report that standard input was closed, when all was sent', async () => {
    const recorder = await inLoop(async (loop) => {
      const [transport, made] = await loop.subprocessExec(() => new Recorder(loop), 'cat', [], {
        stderr: DEVNULL,
      });
      transport.getPipeTransport(0)?.write(Buffer.from('through the cat'));
      transport.getPipeTransport(0)?.close();
      await made.lost;
      return made;
    });
    expect(recorder.output(1)).toBe('through the cat');
    expect(recorder.summary).toEqual([
      'connectionMade',
      'lost 0',
      'data 1',
      'lost 1',
      'processExited',
      'connectionLost null',
    ]);
  });

  test('report at once that the process closed its standard input', async () => {
    const events = await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessShell(
        () => new Recorder(loop),
        'exec 0<&-; exec sleep 1000',
        {
          stdout: DEVNULL,
          stderr: DEVNULL,
        },
      );
      await until(() => recorder.events.length === 2);
      const events = [...recorder.events, transport.getPipeTransport(0)?.isClosing()];
      transport.kill();
      await recorder.lost;
      return events;
    });
    expect(events).toEqual(['connectionMade', 'lost 0', true]);
  });

  test('carry EPIPE when the process closes its standard input with unsent data', async () => {
    const recorder = await inLoop(async (loop) => {
      const options = { stdout: DEVNULL, stderr: DEVNULL, extraStdio: [PIPE] } as const;
      const [transport, made] = await loop.subprocessShell(() => new Recorder(loop), 'read go <&3', options);
      transport.getPipeTransport(0)?.write(Buffer.alloc(1_000_000));
      // It ends when that has been written, and not before.
      (transport.getPipeTransport(3) as Transport).write(Buffer.from('go\n'));
      await made.lost;
      return made;
    });
    expect(recorder.events.filter((event) => !String(event).startsWith('lost 3'))).toEqual([
      'connectionMade',
      'pauseWriting',
      'lost 0 EPIPE',
      'processExited',
      'connectionLost null',
    ]);
  });

  test('do not end the connection before a grandchild closes the pipe', async () => {
    const { before, recorder } = await inLoop(async (loop) => {
      const [transport, made] = await loop.subprocessShell(
        () => new Recorder(loop),
        '(read line; echo late) <&3 & exit 7',
        { stdin: DEVNULL, stderr: DEVNULL, extraStdio: [PIPE] },
      );
      await made.exited;
      await sleep(0.005);
      const before = [...made.events, transport.getReturncode()];
      (transport.getPipeTransport(3) as unknown as { write(data: Buffer): void }).write(Buffer.from('go\n'));
      await made.lost;
      return { before, recorder: made };
    });
    expect(before).toEqual(['connectionMade', 'processExited', 7]);
    expect(recorder.output(1)).toBe('late\n');
    expect([...recorder.events.slice(2, -1)].sort()).toEqual(['data 1', 'lost 1', 'lost 3']);
    expect(recorder.events.at(-1)).toBe('connectionLost null');
  });

  test('lose no data when the process ends right after it wrote', async () => {
    const count = 100_000;
    const recorder = await shell(`head -c ${count} /dev/zero; head -c ${count} /dev/zero >&2`);
    expect([recorder.output(1).length, recorder.output(2).length]).toEqual([count, count]);
    expect(recorder.events.at(-1)).toBe('connectionLost null');
  });

  test('run in one copy of the context of the start, on the loop and in no task', async () => {
    const variable = new ContextVar('variable', { default: 'none' });
    const seen = await inLoop(async (loop) => {
      const seen: unknown[] = [];
      const lost = loop.createFuture<void>();
      const look = (event: string) => {
        seen.push([event, variable.get(), getRunningLoop() === loop, currentTask()]);
        variable.set(event);
      };
      const protocol = {
        connectionMade: () => look('connectionMade'),
        pipeDataReceived: () => look('data'),
        pipeConnectionLost: () => look('lost'),
        processExited: () => look('exited'),
        connectionLost() {
          look('connectionLost');
          lost.setResult();
        },
      };
      const started = copyContext().run(() => {
        variable.set('start');
        return loop.subprocessShell(() => protocol, 'echo x', { stdin: DEVNULL, stderr: DEVNULL });
      });
      variable.set('elsewhere');
      await started;
      await lost;
      return [...seen, variable.get()];
    });
    expect(seen).toEqual([
      ['connectionMade', 'start', true, null],
      ['data', 'connectionMade', true, null],
      ['lost', 'data', true, null],
      ['exited', 'lost', true, null],
      ['connectionLost', 'exited', true, null],
      'elsewhere',
    ]);
  });

  test('are made before the start is over', async () => {
    const events = await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const [transport, protocol] = await loop.subprocessExec(() => recorder, 'true');
      const events = [...recorder.events, protocol === recorder, transport.getProtocol() === recorder];
      await recorder.lost;
      return events;
    });
    expect(events).toEqual(['connectionMade', true, true]);
  });

  test('go to a protocol that was set later', async () => {
    const [first, second] = await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessShell(
        () => new Recorder(loop),
        'read line; echo $line',
      );
      const other = new Recorder(loop);
      transport.setProtocol(other);
      transport.getPipeTransport(0)?.write(Buffer.from('hello\n'));
      await other.lost;
      return [recorder, other];
    });
    expect(first?.events).toEqual(['connectionMade']);
    expect(second?.output(1)).toBe('hello\n');
  });

  test('report an error of the protocol as that of a callback, and go on', async () => {
    const reports = await inLoop(async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_loop, { exception, handle }) =>
        reports.push([exception?.message, handle !== undefined]),
      );
      const recorder = new Recorder(loop);
      recorder.pipeDataReceived = () => {
        throw new Error('in data');
      };
      recorder.processExited = () => {
        throw new Error('in exited');
      };
      await loop.subprocessShell(() => recorder, 'echo x', { stdin: DEVNULL, stderr: DEVNULL });
      await recorder.lost;
      return reports;
    });
    expect(reports).toEqual([
      ['in data', true],
      ['in exited', true],
    ]);
  });

  test('need no methods of the protocol', async () => {
    const returncode = await inLoop(async (loop) => {
      const [transport] = await loop.subprocessShell(() => ({}), 'echo x; exit 2');
      await until(() => transport.getReturncode() !== null);
      return transport.getReturncode();
    });
    expect(returncode).toBe(2);
  });

  test('merge the error output into the output in the order of writing', async () => {
    const recorder = await shell('for i in 1 2 3 4; do echo out $i; echo err $i >&2; done', {
      stderr: STDOUT,
    });
    expect(recorder.output(1)).toBe([1, 2, 3, 4].map((i) => `out ${i}\nerr ${i}\n`).join(''));
    expect(recorder.events.filter((event) => /2/.test(String(event)))).toEqual([]);
  });
});

describeOnEachLoop('the return code', () => {
  test.each([
    ['exit 0', 0],
    ['exit 255', 255],
    ['kill -9 $$', -9],
    ['kill -15 $$', -15],
    ['kill -HUP $$', -1],
    ['kill -ABRT $$', -6],
  ])('of %j is %d', async (cmd, returncode) => {
    expect((await shell(cmd)).returncode).toBe(returncode);
  });

  test('is null while the process runs', async () => {
    const returncode = await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'sleep', ['1000']);
      const returncode = transport.getReturncode();
      transport.kill();
      await recorder.lost;
      return returncode;
    });
    expect(returncode).toBeNull();
  });
});

describeOnEachLoop('getExtraInfo', () => {
  test('has the process, and for a pipe the pipe', async () => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat');
      expect((transport.getExtraInfo('subprocess') as { pid?: number }).pid).toBe(transport.getPid());
      expect(transport.getExtraInfo('peername')).toBeNull();
      expect(transport.getExtraInfo('peername', 'fallback')).toBe('fallback');
      const pipe = transport.getPipeTransport(1)?.getExtraInfo('pipe');
      expect((pipe as { fileno(): number }).fileno()).toBeGreaterThan(2);
      transport.close();
      await recorder.lost;
    });
  });
});
