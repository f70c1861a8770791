import '@bight/loop-net/native';
import { once } from 'node:events';
import { constants } from 'node:os';
import { ContextVar, copyContext } from '@bight/contextvars';
import { RuntimeError, type SignalLoop as SignalLoopMethods, ValueError } from '@bight/loop-abstract';
import { CoreEventLoop, currentTask, getRunningLoop } from '@bight/loop-core';
import { SelectorEventLoop } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startTypeScriptWorker } from '../../../test/support/typescript-worker.js';

type SignalLoop = CoreEventLoop & SignalLoopMethods;

const kinds: readonly { kind: string; Loop: new () => SignalLoop }[] = [
  { kind: 'plain', Loop: class extends withSignals(CoreEventLoop) {} },
  { kind: 'selector', Loop: class extends withSignals(SelectorEventLoop) {} },
];

let Current = kinds[0]!.Loop;

/** A group of tests that runs with each kind of loop. */
function describeOnEachLoop(name: string, define: () => void): void {
  describe.each(kinds)(`${name}, on the $kind loop:`, ({ Loop }) => {
    beforeAll(() => {
      Current = Loop;
    });
    define();
  });
}

const loops: SignalLoop[] = [];

function newLoop(): SignalLoop {
  const loop = new Current();
  loops.push(loop);
  return loop;
}

/** Sends signals to this process, once the loop runs. */
function sendSoon(loop: SignalLoop, ...signals: NodeJS.Signals[]): void {
  loop.callSoon(() => {
    for (const signal of signals) process.kill(process.pid, signal);
  });
}

afterEach(() => {
  for (const loop of loops.splice(0)) loop.close();
});

describeOnEachLoop('addSignalHandler', () => {
  test('calls the handler with its arguments when the signal comes', async () => {
    const loop = newLoop();
    const calls: unknown[] = [];
    loop.addSignalHandler(
      'SIGUSR2',
      (...args: unknown[]) => {
        calls.push(args, getRunningLoop() === loop, currentTask());
        loop.stop();
      },
      ['a', 1],
    );
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(calls).toEqual([['a', 1], true, null]);
  });

  test('takes the number for the name', async () => {
    const loop = newLoop();
    loop.addSignalHandler(constants.signals.SIGUSR2, () => loop.stop());
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(loop.removeSignalHandler('SIGUSR2')).toBe(true);
  });

  test('takes two names of one signal for the same', () => {
    const loop = newLoop();
    loop.addSignalHandler('SIGIOT', () => {});
    expect(loop.removeSignalHandler('SIGABRT')).toBe(true);
  });

  test('wakes an idle loop', async () => {
    const loop = newLoop();
    loop.addSignalHandler('SIGUSR2', () => loop.stop());
    const running = loop.runForever();
    // From the host, when the loop has gone to sleep.
    setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 5);
    await running;
    expect(loop.isRunning()).toBe(false);
  });

  test('delivers different signals in the order in which they came', async () => {
    const loop = newLoop();
    const order: string[] = [];
    const came = (name: string) => {
      order.push(name);
      if (order.length === 4) loop.stop();
    };
    for (const name of ['SIGUSR2', 'SIGWINCH', 'SIGHUP', 'SIGCONT'] as const) {
      loop.addSignalHandler(name, came, [name]);
    }
    // The kernel delivers one signal before the call that sends it returns, when the sender is alone.
    sendSoon(loop, 'SIGHUP', 'SIGWINCH', 'SIGCONT', 'SIGUSR2');
    await loop.runForever();
    expect(order).toEqual(['SIGHUP', 'SIGWINCH', 'SIGCONT', 'SIGUSR2']);
  });

  test('keeps its place among other callbacks', async () => {
    const loop = newLoop();
    const order: string[] = [];
    loop.addSignalHandler('SIGUSR2', () => {
      order.push('signal');
      loop.callSoon(() => {
        order.push('after');
        loop.stop();
      });
      order.push('signal ends');
    });
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(order).toEqual(['signal', 'signal ends', 'after']);
  });

  test('runs the handler in one copy of the context of the registration', async () => {
    const loop = newLoop();
    const variable = new ContextVar('variable', { default: 'none' });
    const seen: string[] = [];
    const handler = () => {
      seen.push(variable.get());
      variable.set('set by the handler');
      if (seen.length === 2) loop.stop();
      else process.kill(process.pid, 'SIGUSR2');
    };
    copyContext().run(() => {
      variable.set('registration');
      loop.addSignalHandler('SIGUSR2', handler);
      variable.set('later');
    });
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(seen).toEqual(['registration', 'set by the handler']);
    expect(variable.get()).toBe('none');
  });

  test('replaces an earlier handler', async () => {
    const loop = newLoop();
    const calls: string[] = [];
    loop.addSignalHandler('SIGUSR2', () => calls.push('first'));
    loop.addSignalHandler('SIGUSR2', () => {
      calls.push('second');
      loop.stop();
    });
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(calls).toEqual(['second']);
    expect(process.listenerCount('SIGUSR2')).toBe(1);
  });

  test('lets every loop handle the signal', async () => {
    const several = Array.from({ length: 12 }, newLoop);
    const calls: number[] = [];
    several.forEach((loop, index) => {
      loop.addSignalHandler('SIGUSR2', () => {
        calls.push(index);
        loop.stop();
      });
    });
    const runs = several.map((loop) => loop.runForever());
    setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 5);
    await Promise.all(runs);
    expect(calls.toSorted((a, b) => a - b)).toEqual(several.map((_, index) => index));
  });

  test('reports an error of the handler and goes on', async () => {
    const loop = newLoop();
    const reports: unknown[] = [];
    const failure = new Error('handler');
    loop.setExceptionHandler((_loop, { message, exception, handle }) => {
      reports.push(message, exception, typeof handle?.cancel);
      loop.stop();
    });
    loop.addSignalHandler('SIGUSR2', function broken() {
      throw failure;
    });
    sendSoon(loop, 'SIGUSR2');
    await loop.runForever();
    expect(reports).toEqual(['Exception in callback broken()', failure, 'function']);
  });

  test.each([
    ['SIGKILL', ValueError],
    ['SIGSTOP', ValueError],
    [9, ValueError],
    [0, ValueError],
    [-1, ValueError],
    [1000, ValueError],
    [1.5, ValueError],
    [Number.NaN, ValueError],
    ['SIGNONSENSE', ValueError],
    ['toString', ValueError],
    ['', ValueError],
    [undefined, TypeError],
    [null, TypeError],
    [{}, TypeError],
    [true, TypeError],
  ])('refuses %p', (signal, errorClass) => {
    const loop = newLoop();
    expect(() => loop.addSignalHandler(signal as NodeJS.Signals, () => {})).toThrow(errorClass);
    expect(() => loop.removeSignalHandler(signal as NodeJS.Signals)).toThrow(errorClass);
  });

  test.each([
    ['an async function', async () => {}],
    ['a generator function', function* () {}],
    ['no function', 'callback'],
  ])('refuses %s as a handler', (_name, callback) => {
    const loop = newLoop();
    expect(() => loop.addSignalHandler('SIGUSR2', callback as () => void)).toThrow(TypeError);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  });

  test('refuses arguments that are no array', () => {
    const loop = newLoop();
    expect(() => loop.addSignalHandler('SIGUSR2', () => {}, 'abc' as never)).toThrow(TypeError);
  });

  test('is refused in a worker thread', async () => {
    const worker = startTypeScriptWorker(new URL('./programs/in-worker.ts', import.meta.url));
    const [message] = await once(worker, 'message');
    await worker.terminate();
    expect(message).toEqual({ add: 'RuntimeError', remove: false });
  });
});

describeOnEachLoop('the live handles', () => {
  test('a handler is live until it is removed or replaced, or the loop is closed', () => {
    const loop = newLoop();
    const kinds = () => loop.liveHandles().map(({ kind }) => kind);
    loop.addSignalHandler('SIGUSR2', () => {});
    loop.addSignalHandler('SIGUSR2', () => {});
    expect(() => loop.assertNoLeaks()).toThrow('signal handler: <SignalHandler SIGUSR2>');
    expect(kinds()).toEqual(['signal handler']);
    loop.removeSignalHandler('SIGUSR2');
    loop.assertNoLeaks();
    loop.addSignalHandler('SIGUSR1', () => {});
    loop.close();
    expect(kinds()).toEqual([]);
  });
});

describeOnEachLoop('removeSignalHandler', () => {
  test('returns whether there was a handler', () => {
    const loop = newLoop();
    loop.addSignalHandler('SIGUSR2', () => {});
    expect(loop.removeSignalHandler('SIGUSR2')).toBe(true);
    expect(loop.removeSignalHandler('SIGUSR2')).toBe(false);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  });

  test('leaves the other loops and other listeners alone', async () => {
    const [first, second] = [newLoop(), newLoop()];
    const calls: string[] = [];
    process.once('SIGUSR2', () => calls.push('process'));
    first.addSignalHandler('SIGUSR2', () => calls.push('first'));
    second.addSignalHandler('SIGUSR2', () => {
      calls.push('second');
      second.stop();
    });
    first.removeSignalHandler('SIGUSR2');
    sendSoon(second, 'SIGUSR2');
    await second.runForever();
    expect(calls).toEqual(['process', 'second']);
  });
});

describeOnEachLoop('a closed loop', () => {
  test('has no handlers any more', () => {
    const loop = newLoop();
    loop.addSignalHandler('SIGUSR2', () => {});
    loop.addSignalHandler('SIGHUP', () => {});
    loop.close();
    expect(process.listenerCount('SIGUSR2') + process.listenerCount('SIGHUP')).toBe(0);
  });

  test('takes none', () => {
    const loop = newLoop();
    loop.close();
    expect(() => loop.addSignalHandler('SIGUSR2', () => {})).toThrow(
      new RuntimeError('Event loop is closed'),
    );
    expect(() => loop.removeSignalHandler('SIGUSR2')).toThrow(RuntimeError);
  });

  test('keeps its handlers when it refuses to be closed', async () => {
    const loop = newLoop();
    loop.addSignalHandler('SIGUSR2', () => loop.stop());
    const running = loop.runForever();
    expect(() => loop.close()).toThrow(RuntimeError);
    sendSoon(loop, 'SIGUSR2');
    await running;
    expect(process.listenerCount('SIGUSR2')).toBe(1);
  });
});
