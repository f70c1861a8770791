import { describe, expect, test } from '@jest/globals';
import { taskFrom } from '../../src/index.js';
import { Gate } from '../support/gate.js';
import { countCalls, kinds, sharedPool, waitAt, whoAmI, workModule } from '../support/pools.js';

describe.each(kinds)('%s.submit', (_name, createPool) => {
  const shared = sharedPool(createPool);

  test('results in what the function returns', async () => {
    const pool = shared();
    expect(await pool.submit((a: number, b: number) => a + b, [1, 2])).toBe(3);
    expect(await pool.submit(() => undefined)).toBeUndefined();
    expect(await pool.submit(() => null, null)).toBeNull();
    expect(await pool.submit((text: string) => text.length, ['abc'])).toBe(3);
  });

  test('awaits the promise of an async function in the worker', async () => {
    const pool = shared();
    const result = await pool.submit(
      async (text) => {
        const { createHash } = await import('node:crypto');
        return createHash('sha256').update(text).digest('hex').slice(0, 8);
      },
      ['bight'],
    );
    expect(result).toMatch(/^[0-9a-f]{8}$/);
  });

  test('clones arguments and results', async () => {
    const pool = shared();
    const given = {
      list: [1, 2n, 'three'],
      map: new Map([['a', new Date(0)]]),
      bytes: new Uint8Array([1, 2]),
    };
    const got = await pool.submit((value) => ({ value }), [given]);
    expect(got).toEqual({ value: given });
  });

  test('runs functions of every form', async () => {
    const pool = shared();
    function declared(n: number): number {
      return n <= 1 ? 1 : n * declared(n - 1);
    }
    expect(await pool.submit(declared, [5])).toBe(120);
    expect(await pool.submit(async (...rest: number[]) => rest.length, [1, 2, 3])).toBe(3);
    expect(
      await pool.submit(
        function (this: unknown, a: number) {
          return [this === undefined, a];
        },
        [1],
      ),
    ).toEqual([true, 1]);
    const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));
    expect(await pool.submit(fib, [10])).toBe(55);
    const named = { require: (a: number) => a, default: (a: number) => -a };
    expect(await pool.submit(named.require, [7])).toBe(7);
    expect(await pool.submit(named.default, [7])).toBe(-7);
  });

  test('gives functions the modules and the require of the working directory', async () => {
    const pool = shared();
    const found = await pool.submit(async () => {
      const esbuild = await import('esbuild');
      return [typeof esbuild.version, typeof require('esbuild').version];
    });
    expect(found).toEqual(['string', 'string']);
  });

  test('runs exported functions', async () => {
    await using pool = createPool({ maxWorkers: 1 });
    expect(await pool.submit(taskFrom<(n: number) => number>(workModule), [21])).toBe(42);
    expect(await pool.submit(countCalls)).toBe(1);
    expect(await pool.submit(countCalls)).toBe(2);
    const common = new URL('../fixtures/common.cjs', import.meta.url);
    expect(await pool.submit(taskFrom<(a: number, b: number) => number>(common, 'add'), [1, 2])).toBe(3);
  });

  test('does not run in this thread', async () => {
    const pool = shared();
    expect(await pool.submit(whoAmI)).toMatch(/^(thread [1-9]|process )/);
    expect(await pool.submit(whoAmI)).not.toBe(`process ${process.pid}`);
  });

  test('runs as many calls at once as there are workers, and no more', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 2 });
    const futures = [1, 2, 3].map((value) => pool.submit(waitAt, [gate.path, value]));
    await gate.reached(2);
    expect(futures.map((future) => future.running())).toEqual([true, true, false]);
    gate.open();
    expect(await Promise.all(futures.slice(0, 2))).toEqual([1, 2]);
    await gate.reached(1);
    expect(futures.map((future) => future.running())).toEqual([false, false, true]);
    gate.open();
    expect(await futures[2]).toBe(3);
  });

  test('starts calls in the order of submission', async () => {
    await using pool = createPool({ maxWorkers: 1 });
    const order: number[] = [];
    const futures = Array.from({ length: 50 }, (_, i) => {
      const future = pool.submit(countCalls);
      future.addDoneCallback(() => order.push(i));
      return future;
    });
    const counts = await Promise.all(futures);
    expect(counts).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('reuses an idle worker instead of starting another', async () => {
    await using pool = createPool({ maxWorkers: 2 });
    const first = await pool.submit(whoAmI);
    for (let i = 0; i < 5; i++) expect(await pool.submit(whoAmI)).toBe(first);
  });

  test('copies the array of arguments', async () => {
    const pool = shared();
    const args: [number] = [1];
    const call = pool.submit((n: number) => n, args);
    args[0] = 2;
    expect(await call).toBe(1);
  });

  test('fails the call whose arguments cannot be sent, and only that', async () => {
    const pool = shared();
    const bad = pool.submit((f: () => void) => f(), [() => {}]);
    const good = pool.submit(() => 'good');
    await expect(bad).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await good).toBe('good');
  });

  test('fails the call whose result cannot be sent', async () => {
    const pool = shared();
    await expect(pool.submit(() => () => 1)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await pool.submit(() => 'good')).toBe('good');
  });

  test('says which export of a module is missing', async () => {
    const pool = shared();
    await expect(pool.submit(taskFrom(workModule, 'nothing'))).rejects.toThrow(
      /work\.js does not export "nothing"; it exports .*"countCalls"/,
    );
    await expect(pool.submit(taskFrom(workModule, 'notAFunction'))).rejects.toThrow(
      /notAFunction .* not a function/,
    );
    await expect(pool.submit(taskFrom(new URL('./none.js', import.meta.url)))).rejects.toMatchObject({
      code: 'ERR_MODULE_NOT_FOUND',
    });
  });

  test('leaves the messages that the function itself sends alone', async () => {
    const pool = shared();
    const result = await pool.submit(async () => {
      const { parentPort } = await import('node:worker_threads');
      const message = { type: 'mine', id: 1 };
      if (parentPort === null) process.send?.(message);
      else parentPort.postMessage(message);
      return 'done';
    });
    expect(result).toBe('done');
  });
});
