import { describe, expect, test } from '@jest/globals';
import { CustomLoop } from '../../../examples/src/custom-loop.js';
import { EventLoop, Future, run, SelectorEventLoop, sleep, Task } from '../src/index.js';

describe('members of a user do not meet ours', () => {
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

  test('a class of loops without members compiles and runs', async () => {
    class Mine extends EventLoop {}
    const loop: EventLoop = new Mine();
    expect(await loop.runUntilComplete(async () => 1)).toBe(1);
    loop.close();
  });
});
