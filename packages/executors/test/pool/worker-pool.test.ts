import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BrokenExecutor } from '../../src/errors/broken-executor.js';
import { fakePool } from '../support/fake-link.js';

/** A pool of two started workers, each in the middle of a call: 1 and 2. */
async function busyPool(options: Parameters<typeof fakePool>[0] = {}) {
  const fake = fakePool(options);
  const futures = [fake.submit(), fake.submit()];
  await turn();
  const [a, b] = fake.links;
  for (const link of fake.links) link.start();
  for (const link of fake.links) link.begin();
  return { ...fake, futures, a: a!, b: b! };
}

describe('a pool starts workers', () => {
  test('only when they are needed, and no more than allowed', async () => {
    const { links, submit } = fakePool({ maxWorkers: 2 });
    expect(links).toHaveLength(0);
    submit();
    await turn();
    expect(links).toHaveLength(1);
    submit();
    submit();
    await turn();
    expect(links).toHaveLength(2);
  });

  test('and continues with those that it has when it cannot start more', async () => {
    let canStart = true;
    const { links, submit } = fakePool({ canStart: () => canStart });
    submit();
    await turn();
    canStart = false;
    const second = submit();
    await turn();
    expect(second.done()).toBe(false);
    const [only] = links;
    only!.start();
    only!.answer(only!.begin()!);
    expect(only!.sent).toEqual([1, 2]);
  });

  test('and fails a call when it cannot start any', async () => {
    const { submit } = fakePool({ canStart: () => false });
    const futures = [submit(), submit()];
    await turn();
    for (const future of futures) {
      expect(future.exception()).toBeInstanceOf(BrokenExecutor);
      expect(future.exception()).toMatchObject({ cause: { message: 'no more threads' } });
    }
  });

  test('and gives a worker that has not started one call only', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    for (let i = 0; i < 6; i++) submit();
    await turn();
    expect(links[0]!.sent).toEqual([1]);
    links[0]!.start();
    expect(links[0]!.sent).toEqual([1, 2, 3, 4]);
  });

  test('and lets them keep the process alive while they have something to do', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    submit();
    await turn();
    const [worker] = links;
    expect(worker!.keepsAlive).toBe(true);
    worker!.start();
    worker!.answer(worker!.begin()!);
    expect(worker!.keepsAlive).toBe(false);
    submit();
    await turn();
    expect(worker!.keepsAlive).toBe(true);
  });
});

describe('a worker whose only call was cancelled while it started', () => {
  test('is idle no longer when it takes over a call', async () => {
    const { links, submit } = fakePool({ maxWorkers: 2 });
    submit();
    await turn();
    const [a] = links;
    a!.start();
    a!.begin();
    const cancelled = submit();
    await turn();
    const b = links[1]!;
    expect(b.sent).toEqual([2]);
    submit();
    submit();
    await turn();
    expect(a!.sent).toEqual([1, 3, 4]);
    cancelled.cancel();
    expect(b.sent).toEqual([2, 3]);
    submit([new ArrayBuffer(1)]);
    await turn();
    expect([a!.sent, b.sent]).toEqual([
      [1, 3, 4],
      [2, 3],
    ]);
  });
});

describe('a call that was sent ahead', () => {
  test('goes to a worker with room, the least busy first', async () => {
    const { a, b, submit } = await busyPool();
    for (let i = 0; i < 10; i++) submit();
    await turn();
    expect(a.sent).toEqual([1, 3, 5, 7]);
    expect(b.sent).toEqual([2, 4, 6, 8]);
  });

  test('is taken over by a worker that becomes free, the oldest first', async () => {
    const { a, b, submit } = await busyPool();
    const futures = [submit(), submit(), submit(), submit()];
    await turn();
    expect([a.sent, b.sent]).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    for (const id of [2, 4, 6]) {
      if (id !== 2) expect(b.begin()).toBe(id);
      b.answer(id);
    }
    expect(b.sent).toEqual([2, 4, 6, 3]);
    expect(b.begin()).toBe(3);
    b.answer(3);
    expect(b.begin()).toBe(5);
    expect(a.begin()).toBeUndefined();
    expect(futures.map((future) => future.running())).toEqual([false, false, true, false]);
    expect(futures.map((future) => future.done())).toEqual([true, true, false, true]);
  });

  test('is not taken over when its worker has begun it in the meantime', async () => {
    const { a, b, submit } = await busyPool();
    submit();
    await turn();
    a.answer(1);
    expect(a.begin()).toBe(3);
    b.answer(2);
    expect(b.sent).toEqual([2]);
    expect(b.keepsAlive).toBe(false);
  });

  test('never runs when it was cancelled', async () => {
    const { a, submit } = await busyPool();
    const [third, , fifth] = [submit(), submit(), submit()];
    await turn();
    expect(third.cancel()).toBe(true);
    a.answer(1);
    expect(a.begin()).toBe(5);
    expect(fifth.cancel()).toBe(false);
  });

  test('is overtaken by a limited number of calls only', async () => {
    const { a, b, submit } = await busyPool();
    for (let i = 0; i < 300; i++) submit();
    await turn();
    expect(a.sent).toEqual([1, 3, 5, 7]);
    // The first worker makes no progress, the other one keeps answering.
    const begun: number[] = [];
    for (let id: number | undefined = 2; id !== undefined && begun.length < 200; id = b.begin()) {
      begun.push(id);
      b.answer(id);
    }
    const overtaking = begun.slice(0, begun.indexOf(3)).filter((id) => id > 3);
    expect(overtaking.length).toBeLessThan(80);
    expect(begun.slice(begun.indexOf(3), begun.indexOf(3) + 3)).toEqual([3, 5, 7]);
    expect(a.begin()).toBeUndefined();
  });

  test('is not sent ahead when something moves with it', async () => {
    const { a, b, submit } = await busyPool();
    submit([new ArrayBuffer(1)]);
    submit();
    await turn();
    expect([a.sent, b.sent]).toEqual([[1], [2]]);
    b.answer(2);
    expect(b.sent).toEqual([2, 3, 4]);
  });

  test('moves on when its worker ends', async () => {
    const { a, b, futures, submit } = await busyPool();
    const third = submit();
    await turn();
    expect(a.sent).toEqual([1, 3]);
    a.events.onEnd('exited with code 1');
    expect(futures[0]!.exception()).toBeInstanceOf(BrokenExecutor);
    expect(third.done()).toBe(false);
    b.answer(2);
    expect(b.begin()).toBe(3);
  });
});

describe('a worker without claims', () => {
  test('has begun a call as soon as it was sent', async () => {
    const { futures, a, submit } = await busyPool({ depth: 1 });
    const third = submit();
    await turn();
    expect(futures[0]!.running()).toBe(true);
    expect(futures[0]!.cancel()).toBe(false);
    expect(a.sent).toEqual([1]);
    expect(third.cancel()).toBe(true);
  });

  test('is replaced after as many calls as it may make', async () => {
    const { links, submit } = fakePool({ depth: 1, maxWorkers: 1, maxCalls: 1 });
    submit();
    submit();
    await turn();
    links[0]!.start();
    links[0]!.answer(1);
    expect(links[0]!.end).toBe('stop');
    expect(links[1]!.sent).toEqual([2]);
  });
});

describe('a worker that ends before it has started', () => {
  test('fails the oldest of its calls, so that its awaiter gets the error', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    const futures = [submit(), submit()];
    await turn();
    links[0]!.events.onEnd('exited with code 9');
    expect(futures[0]!.exception()).toMatchObject({
      message: 'the worker of this call exited with code 9',
    });
    expect(links[1]!.sent).toEqual([2]);
    links[1]!.events.onEnd('exited with code 9');
    expect(futures[1]!.exception()).toBeInstanceOf(BrokenExecutor);
    expect(links).toHaveLength(2);
  });
});

describe('shutdown', () => {
  test('resolves when the last worker has ended', async () => {
    const { pool, a, b, futures } = await busyPool();
    let isClosed = false;
    const closed = pool.shutdown(false).then(() => {
      isClosed = true;
    });
    a.answer(1);
    expect(a.end).toBeNull();
    b.answer(2);
    expect([a.end, b.end]).toEqual(['stop', 'stop']);
    expect([a.keepsAlive, b.keepsAlive]).toEqual([true, true]);
    expect(futures.every((future) => future.done())).toBe(true);
    a.events.onEnd('exited with code 0');
    await turn();
    expect(isClosed).toBe(false);
    b.events.onEnd('exited with code 0');
    await closed;
  });

  test('cancels what was sent ahead and what waits, when the caller asks for it', async () => {
    const { pool, a, b, submit } = await busyPool();
    const waiting = Array.from({ length: 20 }, () => submit());
    await turn();
    void pool.shutdown(true);
    expect(waiting.every((future) => future.cancelled())).toBe(true);
    a.answer(1);
    expect(a.begin()).toBeUndefined();
    b.answer(2);
    expect([a.end, b.end]).toEqual(['stop', 'stop']);
  });
});
