import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import { createTask, currentTask, sleep, type Task, timeout, wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

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
      let hasRun = false;
      const task = createTask(async () => {
        hasRun = true;
      });
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(hasRun).toBe(false);
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
