import { TimeoutError, ValueError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { ThreadPoolExecutor } from '../../src/index.js';
import { Gate } from '../support/gate.js';
import { countCalls, kinds, sharedPool, waitAt } from '../support/pools.js';

const collect = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
};

describe.each(kinds)('%s.map', (_name, createPool) => {
  const shared = sharedPool(createPool, 2);

  test.each([1, 3, 100])(
    'yields the results in the order of the items, in chunks of %d',
    async (chunksize) => {
      const pool = shared();
      const items = new Set([1, 2, 3, 4, 5, 6, 7]);
      const results = pool.map(async (n: number) => n * n, items, { chunksize });
      expect(await collect(results)).toEqual([1, 4, 9, 16, 25, 36, 49]);
    },
  );

  test('takes no items and no options, too', async () => {
    const pool = shared();
    expect(await collect(pool.map((n: number) => n, []))).toEqual([]);
    expect(await collect(pool.map((n: number) => n, [1], null))).toEqual([1]);
  });

  test('throws in the place of the call that threw, and cancels the rest', async () => {
    const pool = shared();
    const results = pool.map(
      (n: number) => {
        if (n === 2) throw new RangeError('two');
        return n;
      },
      [1, 2, 3],
    );
    expect(await results.next()).toEqual({ value: 1, done: false });
    await expect(results.next()).rejects.toThrow(RangeError);
    expect(await results.next()).toEqual({ value: undefined, done: true });
  });

  test('cancels what has not begun when the consumer stops', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const results = pool.map(waitAt, Array<string>(10).fill(gate.path));
    await gate.reached();
    const first = results.next();
    gate.open();
    await first;
    await gate.reached();
    await results.return(undefined);
    gate.open();
    expect(await pool.submit(countCalls)).toBe(1);
    expect(gate.waiting).toBe(0);
  });
});

describe.each(kinds)('%s.map with a bufferSize', (_name, createPool) => {
  const shared = sharedPool(createPool, 2);

  /** Yields items, and counts how many were taken. */
  class Source implements Iterable<number> {
    taken = 0;
    isClosed = false;
    *[Symbol.iterator]() {
      try {
        for (;;) yield this.taken++;
      } finally {
        this.isClosed = true;
      }
    }
  }

  test.each([
    [1, 1],
    [3, 1],
    [5, 2],
    [2, 10],
  ])('of %d takes no more items ahead, in chunks of %d', async (bufferSize, chunksize) => {
    const pool = shared();
    const source = new Source();
    const results = pool.map((n: number) => n * n, source, { bufferSize, chunksize });
    expect(source.taken).toBeLessThanOrEqual(bufferSize);
    for (let k = 1; k <= 20; k++) {
      expect(await results.next()).toEqual({ value: (k - 1) ** 2, done: false });
      expect(source.taken).toBeLessThanOrEqual(k + bufferSize);
      expect(source.taken).toBeGreaterThanOrEqual(k);
      expect(source.isClosed).toBe(false);
    }
    await results.return(undefined);
    expect(source.isClosed).toBe(true);
  });

  test('larger than the number of items takes them all', async () => {
    const pool = shared();
    const results = pool.map((n: number) => n, [1, 2, 3], { bufferSize: 100, chunksize: 2 });
    expect(await collect(results)).toEqual([1, 2, 3]);
    expect(await collect(pool.map((n: number) => n, [], { bufferSize: 1 }))).toEqual([]);
    expect(await collect(pool.map((n: number) => n, [1, 2], { bufferSize: null }))).toEqual([1, 2]);
  });
});

describe('map', () => {
  const shared = sharedPool((options) => new ThreadPoolExecutor(options));

  test('gives what the iterable throws its place behind the results before it', async () => {
    const pool = shared();
    function* items() {
      yield 1;
      yield 2;
      throw new RangeError('no third');
    }
    const results = pool.map((n: number) => n, items(), { bufferSize: 2 });
    expect(await results.next()).toEqual({ value: 1, done: false });
    expect(await results.next()).toEqual({ value: 2, done: false });
    await expect(results.next()).rejects.toThrow('no third');
    expect(() => pool.map((n: number) => n, items(), { bufferSize: 3 })).toThrow('no third');
    expect(() => pool.map((n: number) => n, items())).toThrow('no third');
  });

  test('ends with a RuntimeError when the executor is shut down before all items were taken', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const results = pool.map((n: number) => n, [1, 2, 3], { bufferSize: 1 });
    await pool.shutdown();
    expect(await results.next()).toEqual({ value: 1, done: false });
    await expect(results.next()).rejects.toThrow('cannot schedule new futures after shutdown');
  });

  test('throws TimeoutError when a result is not available in time', async () => {
    await using gate = await Gate.create();
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const results = pool.map(waitAt, [gate.path, gate.path], { timeout: 0.01 });
    await expect(results.next()).rejects.toThrow(TimeoutError);
    gate.open();
    void gate.reached().then(() => gate.open());
  });

  test('yields an available result, even long after the time-out', async () => {
    const pool = shared();
    const results = pool.map((n: number) => n, [1], { timeout: 0 });
    await pool.submit(() => 'after it');
    expect(await results.next()).toEqual({ value: 1, done: false });
  });

  test('waits longer than one timer of the platform can', async () => {
    const pool = shared();
    expect(await collect(pool.map((n: number) => n, [1], { timeout: 1e9 }))).toEqual([1]);
  });

  test('checks its arguments before anything is submitted', async () => {
    const pool = shared();
    const map = pool.map.bind(pool) as (...args: unknown[]) => unknown;
    const identity = (n: number) => n;
    expect(() => map(identity, 5)).toThrow(/items must be an iterable, not 5/);
    expect(() => map(identity, null)).toThrow(TypeError);
    expect(() => map('identity', [1])).toThrow(/func must be a function/);
    expect(() => map(identity, [1], { chunksize: 0 })).toThrow(
      /chunksize must be an integer of at least 1, not 0/,
    );
    expect(() => map(identity, [1], { bufferSize: 0 })).toThrow(ValueError);
    expect(() => map(identity, [1], { bufferSize: -1 })).toThrow(
      /bufferSize must be an integer of at least 1, not -1/,
    );
    for (const bufferSize of [1.5, '2', Number.NaN, Number.POSITIVE_INFINITY, true]) {
      expect(() => map(identity, [1], { bufferSize })).toThrow(TypeError);
    }
    expect(() => map(identity, [1], { timeout: '1' })).toThrow(/timeout must be a number of seconds/);
    expect(() => map(identity, [1], { timeout: Number.NaN })).toThrow(
      /timeout must be a number of seconds, not NaN/,
    );
    expect(() => map(identity, [1], 5)).toThrow(/options must be an object/);
  });
});
