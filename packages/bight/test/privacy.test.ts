import { describe, expect, test } from '@jest/globals';
import { CustomLoop } from '../../../examples/src/custom-loop.js';
import {
  CapacityLimiter,
  createTask,
  EventLoop,
  Future,
  Lock,
  openChannel,
  Queue,
  run,
  SelectorEventLoop,
  Semaphore,
  sleep,
  Task,
  ThreadPoolExecutor,
} from '../src/index.js';

describe('members of a subclass do not clash with ours', () => {
  test('a future with a state of its own is pending when made', async () => {
    class Job extends Future<number> {
      _state = 'queued';
    }
    const value = await run(async () => {
      const job = new Job();
      expect([job.done(), job._state]).toEqual([false, 'queued']);
      job.setResult(1);
      return await job;
    });
    expect(value).toBe(1);
  });

  test('a task with a _next of its own runs, and its loop closes', async () => {
    class Numbered<T> extends Task<T> {
      _next = 'x';
      _previous = 'y';
    }
    const done = await run(async () => {
      const tasks = [1, 2, 3].map((n) => new Numbered(async () => await sleep(0, { result: n })));
      return await Promise.all(tasks);
    });
    expect(done).toEqual([1, 2, 3]);
  });

  test('a loop with _tasks of its own works', async () => {
    class Listing extends SelectorEventLoop {
      _tasks: unknown[] = [];
      _dispatcher = 'mine';
    }
    const loop = new Listing();
    expect(await loop.runUntilComplete(async () => await sleep(0, { result: 'done' }))).toBe('done');
    expect(loop._tasks).toEqual([]);
    loop.close();
  });

  test('a loop made from the interfaces that has a method named _enqueue runs its tasks', async () => {
    class Queueing extends CustomLoop {
      readonly enqueued: unknown[] = [];
      _enqueue(item: unknown): void {
        this.enqueued.push(item);
      }
    }
    const loop = new Queueing();
    const result = await loop.runUntilComplete(async () => await sleep(0, { result: 'ran' }));
    expect([result, loop.enqueued]).toEqual(['ran', []]);
    loop.close();
  });

  test('primitives with a loop, a value and more of their own wait and wake', async () => {
    class Own extends Queue<number> {
      loop = 'mine';
    }
    class Counted extends Semaphore {
      loop = 'mine';
      override get value(): number {
        return -1;
      }
    }
    class Named extends Lock {
      loop = 'mine';
    }
    class Limited extends CapacityLimiter {
      loop = 'mine';
    }
    await run(async () => {
      const queue = new Own();
      const item = createTask(async () => await queue.get());
      await sleep(0);
      await queue.put(1);
      expect(await item).toBe(1);
      for (const lock of [new Counted(), new Named(), new Limited(1)]) {
        const first = await lock.acquire();
        const second = createTask(async () => await lock.acquire());
        await sleep(0);
        first.release();
        (await second).release();
      }
    });
  });

  test('the ends of a channel may have members of any name', async () => {
    await run(async () => {
      const [sender, receiver] = openChannel<number>();
      Object.assign(sender, { closed: true, checkOpen: 'x' });
      Object.assign(receiver, { closed: true, checkOpen: 'x' });
      const item = createTask(async () => await receiver.receive());
      await sender.send(1);
      expect(await item).toBe(1);
      sender.close();
      await expect(async () => await receiver.receive()).rejects.toThrow();
      receiver.close();
    });
  });

  test('an executor with a terminate of its own ends its workers', async () => {
    class Pool extends ThreadPoolExecutor {
      terminate = 'mine';
    }
    const pool = new Pool({ maxWorkers: 1 });
    await pool.submit(() => 1);
    await pool.terminateWorkers();
    expect(() => pool.submit(() => 1)).toThrow('after shutdown');
  });

  test('a class of loops without members compiles and runs', async () => {
    class Mine extends EventLoop {}
    const loop: EventLoop = new Mine();
    expect(await loop.runUntilComplete(async () => 1)).toBe(1);
    loop.close();
  });
});
