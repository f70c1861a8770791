import { describe, expect, test } from '@jest/globals';
import {
  CancelledError,
  createTask,
  gather,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  ValueError,
  wait,
  waitFor,
} from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

/** How a task ended: its result, or the name of its error. */
async function outcome(task: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await task;
  } catch (error) {
    return (error as Error).name;
  }
}

describe('shutdown()', () => {
  test('lets what is in the queue be taken, and then ends it', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      for (const item of [1, 2]) queue.putNowait(item);
      queue.shutdown();
      expect(() => queue.putNowait(3)).toThrow(QueueShutDown);
      expect(await outcome(queue.put(3))).toBe('QueueShutDown');
      expect([await queue.get(), queue.getNowait()]).toEqual([1, 2]);
      expect(() => queue.getNowait()).toThrow(QueueShutDown);
      expect(await outcome(queue.get())).toBe('QueueShutDown');
    }));

  test('fails the tasks that wait for an item', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      const getters = [createTask(() => queue.get()), createTask(() => queue.get())];
      await turns(1);
      queue.shutdown();
      expect(await gather(getters.map((task) => () => outcome(task)))).toEqual([
        'QueueShutDown',
        'QueueShutDown',
      ]);
    }));

  test('fails the tasks that wait for room, and keeps the items', () =>
    inLoop(async () => {
      const queue = new Queue<number>({ maxsize: 1 });
      queue.putNowait(1);
      const putter = createTask(() => queue.put(2));
      await turns(1);
      queue.shutdown();
      expect(await outcome(putter)).toBe('QueueShutDown');
      expect([queue.qsize(), await queue.get()]).toEqual([1, 1]);
    }));

  test('gives a getter that was woken for an item that item', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      const getter = createTask(() => queue.get());
      await turns(1);
      queue.putNowait(1);
      queue.shutdown();
      expect(await getter).toBe(1);
    }));

  test('with immediate drops the items and ends join()', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3]) queue.putNowait(item);
      expect(await queue.get()).toBe(1);
      const join = createTask(() => queue.join());
      await turns(1);
      queue.shutdown({ immediate: true });
      expect(queue.qsize()).toBe(0);
      await turns(2);
      // The work on the item that was taken is not done.
      expect(join.done()).toBe(false);
      queue.taskDone();
      await join;
      expect(() => queue.taskDone()).toThrow(ValueError);
    }));

  test('with immediate fails all waiters, in every kind of queue', () =>
    inLoop(async () => {
      for (const queue of [new Queue<number>(), new LifoQueue<number>(), new PriorityQueue<number>()]) {
        const getter = createTask(() => queue.get());
        await turns(1);
        queue.shutdown({ immediate: true });
        expect(await outcome(getter)).toBe('QueueShutDown');
        await queue.join();
      }
    }));

  test('can come twice, and the second time drop what is left', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.shutdown();
      queue.shutdown();
      expect(queue.qsize()).toBe(1);
      queue.shutdown({ immediate: true });
      expect(queue.qsize()).toBe(0);
      await queue.join();
    }));

  test('does not stop taskDone() and join() for what is left', () =>
    inLoop(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.shutdown();
      const join = createTask(() => queue.join());
      await turns(1);
      await queue.get();
      expect(join.done()).toBe(false);
      queue.taskDone();
      await join;
    }));
});

describe('a getter that is cancelled in the turn in which it is woken', () => {
  test('leaves the item to the next', () =>
    inLoop(async () => {
      const queue = new Queue<string>();
      const [first, second] = [createTask(() => queue.get()), createTask(() => queue.get())];
      await turns(1);
      queue.putNowait('item');
      first.cancel();
      await wait([first]);
      expect(await second).toBe('item');
      expect(first.cancelled()).toBe(true);
    }));

  test('leaves the item in the queue without another waiter', () =>
    inLoop(async () => {
      const queue = new Queue<string>();
      const only = createTask(() => queue.get());
      await turns(1);
      queue.putNowait('item');
      only.cancel();
      await wait([only]);
      expect(queue.getNowait()).toBe('item');
    }));
});

test('a putter that is cancelled in the turn in which it is woken leaves the room to the next', () =>
  inLoop(async () => {
    const queue = new Queue<string>({ maxsize: 1 });
    queue.putNowait('first');
    const [second, third] = [createTask(() => queue.put('second')), createTask(() => queue.put('third'))];
    await turns(1);
    queue.getNowait();
    second.cancel();
    await wait([second]);
    await third;
    expect(queue.getNowait()).toBe('third');
  }));

test('waitFor() a queue never loses an item to a limit', () =>
  inLoop(async (loop) => {
    const queue = new Queue<number>();
    const got: number[] = [];
    let put = 0;
    for (let round = 0; round < 50; round++) {
      loop.callLater(0.001, () => queue.putNowait(++put));
      try {
        got.push(await waitFor(queue.get(), 0.001));
      } catch {
        // The time is over: the item is there for the next getter.
      }
    }
    while (put < 50) await turns(1);
    while (!queue.empty()) got.push(queue.getNowait());
    expect(got).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  }));

test('iteration takes items until the queue is shut down', () =>
  inLoop(async () => {
    const queue = new Queue<number>({ maxsize: 1 });
    const producer = async () => {
      for (let item = 0; item < 5; item++) await queue.put(item);
      queue.shutdown();
    };
    const taken: number[] = [];
    const consumer = async () => {
      for await (const item of queue) taken.push(item);
    };
    await gather([producer, consumer]);
    expect(taken).toEqual([0, 1, 2, 3, 4]);
  }));

test('iteration can be cancelled', () =>
  inLoop(async () => {
    const queue = new Queue<number>();
    const consumer = createTask(async () => {
      for await (const _ of queue) throw new Error('there is no item');
    });
    await turns(2);
    consumer.cancel();
    await expect(consumer).rejects.toThrow(CancelledError);
  }));

test('a queue without waiters costs no turn', () =>
  inLoop(async (loop) => {
    const queue = new Queue<number>();
    let hasTurned = false;
    loop.callSoon(() => {
      hasTurned = true;
    });
    await queue.put(1);
    expect(await queue.get()).toBe(1);
    queue.taskDone();
    await queue.join();
    expect(hasTurned).toBe(false);
  }));

test('getNowait() and putNowait() fail with QueueEmpty and QueueFull', () => {
  const queue = new Queue<number>({ maxsize: 1 });
  expect(() => queue.getNowait()).toThrow(QueueEmpty);
  queue.putNowait(1);
  expect(() => queue.putNowait(2)).toThrow(QueueFull);
});

test('a long queue gives its items in order, and forgets them', () => {
  const queue = new Queue<number>();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 100; round++) {
    for (let i = 0; i < 50; i++) queue.putNowait(next++);
    for (let i = 0; i < 45; i++) expect(queue.getNowait()).toBe(expected++);
  }
  expect(queue.qsize()).toBe(500);
});

test('a queue takes any number as its size, as CPython does', () => {
  const queue = new Queue<number>({ maxsize: 1.3 });
  queue.putNowait(1);
  expect(queue.full()).toBe(false);
  queue.putNowait(2);
  expect(queue.full()).toBe(true);
  expect(new Queue({ maxsize: Number.POSITIVE_INFINITY }).full()).toBe(false);
  expect(() => new Queue({ maxsize: '1' as never })).toThrow(TypeError);
  expect(() => new Queue({ maxsize: Number.NaN })).toThrow(ValueError);
});
