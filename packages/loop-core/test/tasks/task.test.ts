import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar, copyContext } from '@bight/contextvars';
import { CancelledError, RuntimeError, TimeoutError } from '@bight/loop-abstract';
import {
  allTasks,
  CoreEventLoop,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  sleep,
  Task,
  timeout,
  wrapFuture,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { expectLeftOpen, expectWarning } from '../../../../test/support/process-events.js';
import { collectReports, inLoop } from '../support/loops.js';

describe('Task', () => {
  test('starts on a later iteration, and gives its result', async () => {
    await inLoop(async () => {
      let started = false;
      const task = createTask(async () => {
        started = true;
        return 7;
      });
      expect(started).toBe(false);
      expect(await task).toBe(7);
      expect(task.result()).toBe(7);
    });
  });

  test('runs generator functions, also those that yield nothing to give up a turn', async () => {
    const order: string[] = [];
    await inLoop(async () => {
      const steps = (name: string) =>
        function* () {
          for (let i = 0; i < 3; i++) {
            order.push(name + i);
            yield;
          }
          return name;
        };
      expect(await gather([steps('a'), steps('b')])).toEqual(['a', 'b']);
    });
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });

  test('has names, counted by default', async () => {
    await inLoop(async () => {
      const named = createTask(async () => {}, { name: 'worker' });
      const counted = createTask(async () => {});
      expect(named.getName()).toBe('worker');
      expect(counted.getName()).toMatch(/^Task-\d+$/);
      counted.setName(5);
      expect(counted.getName()).toBe('5');
      expect(String(named)).toContain("name='worker'");
      await gather([named, counted]);
    });
  });

  test('runs in a copy of the context, or in the one that is named, over every await', async () => {
    const variable = new ContextVar<string>('variable', { default: 'none' });
    await inLoop(async () => {
      variable.set('outer');
      const copying = createTask(async () => {
        const before = variable.get();
        variable.set('copying');
        await sleep(0);
        return [before, variable.get()];
      });
      const context = copyContext();
      const sharing = createTask(
        function* () {
          variable.set('sharing');
          yield* sleep(0);
          return variable.get();
        },
        { context },
      );
      expect(await copying).toEqual(['outer', 'copying']);
      expect(await sharing).toBe('sharing');
      expect(context.get(variable)).toBe('sharing');
      expect(sharing.getContext()).toBe(context);
      expect(variable.get()).toBe('outer');
    });
  });

  test('is the current task in all of its continuations, and in no callback', async () => {
    await inLoop(async (loop) => {
      const seen: unknown[] = [];
      const helper = async () => {
        await sleep(0);
        seen.push(currentTask());
        expect(getRunningLoop()).toBe(loop);
      };
      const task = createTask(async () => {
        seen.push(currentTask());
        await helper();
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push(currentTask());
      });
      loop.callSoon(() => seen.push(currentTask()));
      await task;
      expect(seen).toEqual([task, null, task, task]);
      expect(allTasks()).toEqual(new Set([currentTask()]));
    });
    expect(() => currentTask()).toThrow(RuntimeError);
    expect(() => allTasks()).toThrow(RuntimeError);
  });

  test.each([
    ['a promise', Promise.resolve(1), /runs already/],
    ['a number', 5, /coroutine function/],
    ['an async generator function', async function* () {}, /async generator/],
    ['nothing', undefined, /coroutine function/],
  ])('refuses %s', async (_what, coro, message) => {
    await inLoop(async (loop) => {
      expect(() => loop.createTask(coro as never)).toThrow(TypeError);
      expect(() => loop.createTask(coro as never)).toThrow(message);
    });
  });

  test('fails when its function returns neither a promise nor a generator', async () => {
    await inLoop(async () => {
      await expect(createTask((() => 5) as never)).rejects.toThrow(TypeError);
    });
  });

  test('takes its result from no other code', async () => {
    await inLoop(async () => {
      const task = createTask(async () => {});
      expect(() => task.setResult()).toThrow(RuntimeError);
      expect(() => task.setException(new Error())).toThrow(RuntimeError);
      await task;
    });
  });

  test.each<[string, () => Generator<unknown, unknown, unknown>, string]>([
    [
      'something that is no future',
      function* () {
        yield 5;
      },
      'bad yield',
    ],
    [
      'a future without yield*',
      function* () {
        yield getRunningLoop().createFuture();
      },
      'yield was used instead of yield*',
    ],
    [
      'itself',
      function* () {
        yield* currentTask() as Task;
      },
      'cannot await on itself',
    ],
    [
      'a future of another loop',
      function* () {
        yield* new Future({ loop: new CoreEventLoop() });
      },
      'different loop',
    ],
  ])('gets a RuntimeError where it yields %s', async (_what, coro, message) => {
    await inLoop(async () => {
      await expect(createTask(coro as never)).rejects.toThrow(message);
      await expect(createTask(coro as never)).rejects.toThrow(RuntimeError);
    });
  });

  test('awaiting itself, or a future of another loop, is a RuntimeError', async () => {
    const other = new CoreEventLoop();
    await inLoop(async () => {
      await expect(createTask(async () => await currentTask())).rejects.toThrow('cannot await on itself');
      await expect(createTask(async () => await other.createFuture())).rejects.toThrow('different loop');
    });
    other.close();
  });

  test('can be subclassed, and made by a task factory', async () => {
    class Marked<T> extends Task<T> {
      readonly mark = true;
    }
    await inLoop(async (loop) => {
      loop.setTaskFactory((owner, coro, options) => new Marked(coro, { loop: owner, ...options }) as never);
      expect(loop.getTaskFactory()).not.toBeNull();
      const task = createTask(async () => 1, { name: 'made' });
      expect(task).toBeInstanceOf(Marked);
      expect(task.getName()).toBe('made');
      expect(await task).toBe(1);
      loop.setTaskFactory(null);
      expect(loop.getTaskFactory()).toBeNull();
      expect(() => loop.setTaskFactory(5 as never)).toThrow(TypeError);
    });
  });

  test('shows where it was made, in debug mode', async () => {
    await inLoop(async (loop) => {
      loop.setDebug(true);
      const task = createTask(async () => {});
      expect(task.getStack().join('\n')).toContain('task.test');
      expect(task.getStack({ limit: 1 })).toHaveLength(1);
      const printed: string[] = [];
      task.printStack({ file: { write: (text) => printed.push(text) } });
      expect(printed.join('')).toContain('Stack for <Task pending');
      await task;
    });
  });
});

describe('cancelling a task', () => {
  test('throws a CancelledError, with the message, at what it awaits', async () => {
    await inLoop(async () => {
      const seen: unknown[] = [];
      const task = createTask(async () => {
        try {
          await sleep(3600);
        } catch (error) {
          seen.push((error as Error).constructor, (error as Error).message);
          throw error;
        }
      });
      await sleep(0);
      expect(task.cancel('enough')).toBe(true);
      await expect(task).rejects.toThrow(CancelledError);
      expect(task.cancelled()).toBe(true);
      expect(seen).toEqual([CancelledError, 'enough']);
      expect(task.cancel()).toBe(false);
    });
  });

  test('before it has begun means that it never runs', async () => {
    await inLoop(async () => {
      let ran = false;
      const task = createTask(async () => {
        ran = true;
      });
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(ran).toBe(false);
    });
  });

  test('reaches what it awaits under Promise.all, and in plain async functions', async () => {
    await inLoop(async (loop) => {
      const futures = [loop.createFuture(), loop.createFuture()];
      const inner = async () => await futures[1];
      const task = createTask(async () => await Promise.all([futures[0], inner()]));
      await sleep(0);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(futures.map((future) => future.cancelled())).toEqual([true, true]);
    });
  });

  test('stays pending over a foreign promise, and is delivered at the next await', async () => {
    await inLoop(async () => {
      const order: string[] = [];
      const task = createTask(async () => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        order.push('foreign promise came');
        await sleep(0);
        order.push('must not come');
      });
      await sleep(0);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(order).toEqual(['foreign promise came']);
    });
  });

  test('reaches into a foreign promise through wrapFuture', async () => {
    await inLoop(async () => {
      const task = createTask(async () => await wrapFuture(new Promise(() => {})));
      await sleep(0);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
    });
  });

  test('aborts its signal, and is delivered once by an API that listens to it', async () => {
    await inLoop(async () => {
      const order: string[] = [];
      const task = createTask(async () => {
        const { signal } = currentTask() as Task;
        try {
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          );
        } catch (error) {
          order.push((error as Error).constructor.name);
          await sleep(0);
          order.push('cleaned up');
          throw error;
        }
      });
      await sleep(0);
      task.cancel('stop');
      await expect(task).rejects.toThrow('stop');
      expect(task.cancelled()).toBe(true);
      expect(task.signal.aborted).toBe(true);
      expect(order).toEqual(['CancelledError', 'cleaned up']);
    });
  });

  test('is seen in a signal that is asked for later', async () => {
    await inLoop(async () => {
      const task = createTask(() => sleep(3600));
      await sleep(0);
      task.cancel('stop');
      await expect(task).rejects.toThrow(CancelledError);
      expect(task.signal.aborted).toBe(true);
      expect((task.signal.reason as Error).message).toBe('stop');
    });
  });

  test('leaves a task that goes on with a signal that is not aborted', async () => {
    await inLoop(async () => {
      const task = currentTask() as Task;
      const outside = task.signal;
      let inside = outside;
      const limited = timeout(0).run(() => {
        inside = task.signal;
        return sleep(3600);
      });
      await expect(limited).rejects.toThrow(TimeoutError);
      expect([outside.aborted, inside.aborted, task.signal === outside]).toEqual([false, true, true]);
      task.cancel();
      await expect(sleep(0)).rejects.toThrow(CancelledError);
      task.uncancel();
      expect([outside.aborted, task.signal.aborted]).toEqual([true, false]);
    });
  });

  test('is counted, and can be taken back', async () => {
    await inLoop(async () => {
      const task = createTask(async () => {
        try {
          await sleep(3600);
        } catch {}
        return currentTask()?.uncancel();
      });
      await sleep(0);
      expect(task.cancelling()).toBe(0);
      task.cancel();
      expect(task.cancelling()).toBe(1);
      expect(await task).toBe(0);
    });
  });

  test('a child that swallows the cancel gives its value to the parent', async () => {
    await inLoop(async () => {
      const child = createTask(async () => {
        try {
          await sleep(3600);
        } catch {}
        return 'kept';
      });
      const parent = createTask(async () => await child);
      await sleep(0);
      await sleep(0);
      parent.cancel();
      expect(await parent).toBe('kept');
    });
  });

  test('right before its function returns makes it cancelled all the same', async () => {
    await inLoop(async () => {
      const task = createTask(async () => {
        currentTask()?.cancel();
        return 'lost';
      });
      await expect(task).rejects.toThrow(CancelledError);
    });
  });

  test('after what it awaits is done, but before it wakes up, still counts', async () => {
    await inLoop(async (loop) => {
      const future = loop.createFuture<string>();
      const task = createTask(async () => await future);
      await sleep(0);
      future.setResult('too late');
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
    });
  });
});

describe('what a task leaves behind', () => {
  test('an exception that is never retrieved is reported with the name of its kind', () => {
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    const variable = new ContextVar<string>('variable', { default: '' });
    let seen = '';
    loop.setExceptionHandler((_loop, context) => {
      reports.push(context);
      seen = variable.get();
    });
    return loop
      .runUntilComplete(async () => {
        createTask(async () => {
          variable.set("the task's own");
          throw new Error('lost');
        });
        await sleep(0);
        await sleep(0);
      })
      .then(() => loop.close())
      .then(() => {
        expect(reports.map(({ message }) => message)).toEqual(['Task exception was never retrieved']);
        expect(seen).toBe("the task's own");
      });
  });

  test('a pending task of a loop that closes is reported', async () => {
    expectLeftOpen('task: <Task pending');
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    let task: Task | undefined;
    await loop.runUntilComplete(async () => {
      task = createTask(async () => await sleep(3600)) as Task;
      await sleep(0);
    });
    loop.close();
    expect(reports.map(({ message }) => message)).toEqual(['Task was destroyed but it is pending!']);
    expect(reports[0]?.task).toBe(task);
  });

  test('an async generator is closed by shutdownAsyncgens; adopting one afterwards warns', async () => {
    const closed: string[] = [];
    const reports = await inLoop(async (loop) => {
      const collected = collectReports(loop);
      const generator = async function* (name: string) {
        using _ = {
          [Symbol.dispose]() {
            closed.push(name);
            if (name === 'failing') throw new Error('while closing');
          },
        };
        yield 1;
        yield 2;
      };
      const tracked = loop.trackAsyncgen(generator('tracked'));
      const failing = loop.trackAsyncgen(generator('failing'));
      await tracked.next();
      await failing.next();
      await loop.shutdownAsyncgens();
      const warning = expectWarning('shutdownAsyncgens');
      loop.trackAsyncgen(generator('late'));
      await warning;
      return collected;
    });
    expect(closed.sort()).toEqual(['failing', 'tracked']);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.asyncgen).toBeDefined();
  });

  test('what is no async generator is refused', () =>
    inLoop(async (loop) => {
      for (const value of [undefined, null, 1, async function* () {}]) {
        expect(() => loop.trackAsyncgen(value as never)).toThrow(
          /^asyncgen must be an async generator, not /,
        );
      }
    }));
});

test('a foreign AsyncLocalStorage keeps its own value through tasks and callbacks', async () => {
  const foreign = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  await inLoop(async (loop) => {
    await foreign.run('outer', async () => {
      const task = createTask(async () => {
        seen.push(foreign.getStore());
        await sleep(0);
        seen.push(foreign.getStore());
      });
      const generator = createTask(function* () {
        yield* sleep(0);
        seen.push(foreign.getStore());
      });
      loop.callSoon(() => seen.push(foreign.getStore()));
      loop.callSoon(() => seen.push(foreign.getStore()), undefined, { context: copyContext() });
      loop.callLater(0.001, () => seen.push(foreign.getStore()));
      await task;
      await generator;
      await sleep(0.002);
    });
    seen.push(foreign.getStore());
    loop.callSoon(() => seen.push(foreign.getStore()));
    await sleep(0);
  });
  expect(seen).toEqual([...Array(6).fill('outer'), undefined, undefined]);
});
