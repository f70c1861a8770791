import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar, copyContext } from '@bight/contextvars';
import { RuntimeError } from '@bight/loop-abstract';
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
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

describe('Task', () => {
  test('starts on a later iteration, and gives its result', async () => {
    await inLoop(async () => {
      let hasStarted = false;
      const task = createTask(async () => {
        hasStarted = true;
        return 7;
      });
      expect(hasStarted).toBe(false);
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
      readonly isMarked = true;
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
