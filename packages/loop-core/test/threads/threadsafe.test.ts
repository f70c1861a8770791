import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { ContextVar, copyContext } from '@bight/contextvars';
import { CancelledError, InvalidStateError, RuntimeError } from '@bight/loop-abstract';
import {
  CoreEventLoop,
  connectThreadsafe,
  currentTask,
  getRunningLoop,
  runCoroutineThreadsafe,
  sleep,
} from '@bight/loop-core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { startTypeScriptWorker } from '../../../../test/support/typescript-worker.js';
import { exposed } from '../support/exposed.js';

const loops: CoreEventLoop[] = [];

function newLoop(): CoreEventLoop {
  const loop = new CoreEventLoop();
  loops.push(loop);
  return loop;
}

afterEach(() => {
  for (const loop of loops.splice(0)) loop.close();
});

/** Starts a worker with a port; gives what it sends. */
async function callFromWorker(port: MessagePort, program: string): Promise<unknown> {
  const worker = startTypeScriptWorker(new URL('../programs/caller.ts', import.meta.url), {
    workerData: { port, program },
    transferList: [port],
  });
  // Both from the beginning: a worker that has ended reports its last message and its exit in one go.
  const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return message;
}

describe('exposeThreadsafe', () => {
  test('lets a worker call functions, async functions and generator functions, and wakes the loop', async () => {
    const loop = newLoop();
    const called = callFromWorker(loop.exposeThreadsafe(exposed()), 'calls');
    expect(await loop.runUntilComplete(called)).toEqual([3, 'x from Task', 42]);
  });

  test('runs the calls in the order in which they came', async () => {
    const loop = newLoop();
    const notes: string[] = [];
    const called = callFromWorker(loop.exposeThreadsafe(exposed(notes)), 'order');
    expect(await loop.runUntilComplete(called)).toEqual([1, 2, 3, 4]);
    expect(notes).toEqual(['a', 'b', 'c', 'd']);
  });

  test('sends errors of known classes as what they are', async () => {
    const loop = newLoop();
    const called = callFromWorker(loop.exposeThreadsafe(exposed()), 'errors');
    expect(await loop.runUntilComplete(called)).toEqual([
      {
        name: 'ValueError',
        message: 'not that',
        code: 'ERR_VALUE',
        isRight: [true, false],
        cause: 'TypeError: why',
      },
      {
        name: 'RangeError',
        message: 'too much',
        code: undefined,
        isRight: [false, true],
        cause: 'undefined',
      },
      { name: 'ValueError', message: 'my own', code: 'OWN', isRight: [true, false], cause: 'undefined' },
    ]);
  });

  test('fails calls that are under way, and later ones, when the loop is closed', async () => {
    const loop = newLoop();
    const called = callFromWorker(
      loop.exposeThreadsafe({
        ...exposed(),
        never() {
          loop.stop();
          return loop.createFuture();
        },
      }),
      'outlived',
    );
    await loop.runForever();
    loop.close();
    const closed = 'RuntimeError: Event loop is closed';
    expect(await called).toEqual([closed, closed]);
  });

  test('does not keep the process alive once the loop is closed', async () => {
    const outcome = await runTypeScript('packages/loop-core/test/programs/exposing.ts');
    expect(outcome).toEqual({ status: 0, signal: null, stdout: 'closed\n', stderr: '' });
  });

  test('works within a thread, too', async () => {
    const loop = newLoop();
    const { port1, port2 } = new MessageChannel();
    port1.close();
    port2.close();
    using remote = connectThreadsafe<ReturnType<typeof exposed>>(loop.exposeThreadsafe(exposed()));
    expect(await loop.runUntilComplete(remote.add(20, 22))).toBe(42);
  });

  test('waits for a loop that is stopped', async () => {
    const loop = newLoop();
    using remote = connectThreadsafe<ReturnType<typeof exposed>>(loop.exposeThreadsafe(exposed()));
    const call = remote.add(1, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await loop.runUntilComplete(call)).toBe(2);
  });

  test('calls the functions in a copy of the context, on the loop', async () => {
    const loop = newLoop();
    const variable = new ContextVar('variable', { default: 'none' });
    const api = {
      prefix: () => 'no method',
      look(this: object) {
        return [variable.get(), getRunningLoop() === loop, currentTask(), this === api];
      },
    };
    const port = copyContext().run(() => {
      variable.set('exposed');
      return loop.exposeThreadsafe(api);
    });
    using remote = connectThreadsafe<typeof api>(port);
    expect(await loop.runUntilComplete(remote.look())).toEqual(['exposed', true, null, true]);
  });

  test('knows only the functions of the object', async () => {
    const loop = newLoop();
    using remote = connectThreadsafe<Record<string, () => unknown>>(loop.exposeThreadsafe(exposed()));
    for (const name of ['missing', 'toString', 'constructor', '__proto__']) {
      await expect(loop.runUntilComplete(remote[name]!())).rejects.toThrow(TypeError);
    }
  });

  test('rejects a call whose arguments or result cannot be cloned', async () => {
    const loop = newLoop();
    const api = { give: () => () => {}, take: (_value: unknown) => {} };
    using remote = connectThreadsafe<typeof api>(loop.exposeThreadsafe(api));
    await expect(remote.take(() => {})).rejects.toThrow(/could not be cloned/);
    await expect(loop.runUntilComplete(remote.give())).rejects.toThrow(/could not be cloned/);
  });

  test('sends what is no error as it is', async () => {
    const loop = newLoop();
    const api = {
      throwText() {
        throw 'text';
      },
      throwFunction() {
        throw () => {};
      },
    };
    using remote = connectThreadsafe<typeof api>(loop.exposeThreadsafe(api));
    await expect(loop.runUntilComplete(remote.throwText())).rejects.toBe('text');
    await expect(loop.runUntilComplete(remote.throwFunction())).rejects.toThrow(/cannot be sent/);
  });

  test('sends the parts of an AggregateError, and a circle of causes', async () => {
    const loop = newLoop();
    const api = {
      group() {
        throw new AggregateError([new RangeError('one'), new CancelledError('two')], 'both');
      },
      circle() {
        const error: Error & { cause?: unknown } = new Error('round');
        error.cause = error;
        throw error;
      },
    };
    using remote = connectThreadsafe<typeof api>(loop.exposeThreadsafe(api));
    const error = (await loop.runUntilComplete(remote.group()).catch((e) => e)) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors.map((part) => [part.name, part.message])).toEqual([
      ['RangeError', 'one'],
      ['CancelledError', 'two'],
    ]);
    expect(error.errors[1]).toBeInstanceOf(CancelledError);
    await expect(loop.runUntilComplete(remote.circle())).rejects.toThrow('round');
  });

  test('is not taken for a promise', async () => {
    const loop = newLoop();
    const remote = connectThreadsafe<ReturnType<typeof exposed>>(loop.exposeThreadsafe(exposed()));
    expect(await remote).toBe(remote);
    remote[Symbol.dispose]();
    await expect(remote.add(1, 2)).rejects.toThrow(RuntimeError);
  });

  test.each([undefined, null, 1, 'api', { notAFunction: 1 }])('refuses to expose %p', (api) => {
    expect(() => newLoop().exposeThreadsafe(api as never)).toThrow(TypeError);
  });

  test('refuses on a closed loop, and connects to nothing but a port', () => {
    const loop = newLoop();
    loop.close();
    expect(() => loop.exposeThreadsafe({})).toThrow(RuntimeError);
    for (const port of [null, undefined, {}, 1]) {
      expect(() => connectThreadsafe(port as never)).toThrow(TypeError);
    }
  });
});

async function untilDone(future: { done(): boolean }): Promise<void> {
  while (!future.done()) await sleep(0);
}

describe('runCoroutineThreadsafe', () => {
  test('runs a coroutine from a callback of the host, and wakes the loop', async () => {
    const loop = newLoop();
    const running = loop.runForever();
    const result = await new Promise((resolve) => {
      setTimeout(() => resolve(runCoroutineThreadsafe(async () => sleep(0, { result: 1 }), loop)), 5);
    });
    loop.stop();
    await running;
    expect(result).toBe(1);
  });

  test('runs a coroutine of one loop from another', async () => {
    const [first, second] = [newLoop(), newLoop()];
    const secondRuns = second.runForever();
    const main = async () => {
      const value = await runCoroutineThreadsafe(async () => getRunningLoop() === second, second);
      return [value, getRunningLoop() === first];
    };
    expect(await first.runUntilComplete(main)).toEqual([true, true]);
    second.stop();
    await secondRuns;
  });

  test('gives the error of the coroutine, and reports nothing when it is not retrieved', async () => {
    const loop = newLoop();
    const future = runCoroutineThreadsafe(async () => {
      throw new RangeError('inside');
    }, loop);
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, false, false]);
    expect(() => future.result()).toThrow(InvalidStateError);
    expect(() => future.exception()).toThrow(InvalidStateError);
    await loop.runUntilComplete(() => untilDone(future));
    expect(future.exception()).toEqual(new RangeError('inside'));
    expect(() => future.result()).toThrow('inside');
  });

  test('cancels the coroutine', async () => {
    const loop = newLoop();
    const events: string[] = [];
    const future = runCoroutineThreadsafe(async () => {
      events.push('started');
      try {
        await sleep(1000);
      } finally {
        events.push('ended');
        loop.stop();
      }
    }, loop);
    const running = loop.runForever();
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([future.cancel(), future.cancel(), future.cancelled(), future.done()]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await expect(future).rejects.toThrow(CancelledError);
    await running;
    expect(events).toEqual(['started', 'ended']);
  });

  test('does not start what was cancelled before', async () => {
    const loop = newLoop();
    let isStarted = false;
    const future = runCoroutineThreadsafe(async () => {
      isStarted = true;
    }, loop);
    expect(future.cancel()).toBe(true);
    await loop.runUntilComplete(() => sleep(0));
    expect(isStarted).toBe(false);
    expect(() => future.result()).toThrow(CancelledError);
  });

  test('is cancelled with its coroutine', async () => {
    const loop = newLoop();
    const future = runCoroutineThreadsafe(async () => {
      currentTask()?.cancel();
      await sleep(0);
    }, loop);
    await loop.runUntilComplete(() => untilDone(future));
    expect(future.cancelled()).toBe(true);
    expect(() => future.exception()).toThrow(CancelledError);
    expect(future.cancel()).toBe(true);
  });

  test('calls back when it is done, at once when it is done already, and reports what throws', async () => {
    const loop = newLoop();
    const calls: unknown[] = [];
    loop.setExceptionHandler((_loop, { message, exception }) => calls.push(message, exception));
    const future = runCoroutineThreadsafe(async () => 'value', loop);
    const failure = new Error('in the callback');
    future.addDoneCallback(() => {
      throw failure;
    });
    future.addDoneCallback((done) => calls.push(done.result()));
    await loop.runUntilComplete(() => untilDone(future));
    future.addDoneCallback((done) => calls.push(done === future));
    expect(calls).toEqual(['Exception in a callback of a concurrent future', failure, 'value', true]);
    expect(future.cancel()).toBe(false);
  });

  test('refuses what is no coroutine function, and a closed loop', () => {
    const loop = newLoop();
    expect(() => runCoroutineThreadsafe(Promise.resolve() as never, loop)).toThrow(TypeError);
    loop.close();
    expect(() => runCoroutineThreadsafe(async () => {}, loop)).toThrow(RuntimeError);
  });
});

describe('callSoonThreadsafe', () => {
  test('runs callbacks of foreign timers, ticks and microtasks in order, in the context of the caller', async () => {
    const loop = newLoop();
    const variable = new ContextVar('variable', { default: 'none' });
    const seen: string[] = [];
    const running = loop.runForever();
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        copyContext().run(() => {
          variable.set('timer');
          loop.callSoonThreadsafe(() => seen.push(variable.get()));
        });
        process.nextTick(() => loop.callSoonThreadsafe(() => seen.push('tick')));
        queueMicrotask(() => loop.callSoonThreadsafe(() => seen.push('microtask')));
        setImmediate(() => loop.callSoonThreadsafe(resolve));
      }, 5);
    });
    loop.stop();
    await running;
    expect(seen).toEqual(['timer', 'tick', 'microtask']);
  });
});
