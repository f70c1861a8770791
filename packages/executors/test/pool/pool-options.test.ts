import os from 'node:os';
import { ValueError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor, taskFrom } from '../../src/index.js';
import { createDefaultExecutor } from '../../src/low-level.js';
import { kinds, whoAmI, workModule } from '../support/pools.js';

describe.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
])('new %s', (_name, Pool) => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses maxWorkers: %p', (maxWorkers) => {
    expect(() => new Pool({ maxWorkers })).toThrow(ValueError);
    expect(() => new Pool({ maxWorkers })).toThrow(/maxWorkers must be an integer of at least 1/);
  });

  test.each(['2', true, {}])('refuses maxWorkers: %p as being of the wrong type', (maxWorkers) => {
    expect(() => new Pool({ maxWorkers: maxWorkers as never })).toThrow(TypeError);
  });

  test('refuses other options of the wrong type', () => {
    expect(() => new Pool(4 as never)).toThrow(/options must be an object/);
    expect(() => new Pool({ initializer: 'x' as never })).toThrow(/initializer must be a function/);
    expect(() => new Pool({ initargs: 'x' as never, initializer: () => {} })).toThrow(
      /initargs must be an array/,
    );
    expect(() => new Pool({ env: 'x' as never })).toThrow(/env must be an object/);
    expect(() => new Pool({ execArgv: 'x' as never })).toThrow(/execArgv must be an array/);
    expect(() => new Pool({ errorClasses: [Map] as never })).toThrow(
      /a class that extends Error, not function Map/,
    );
    expect(() => new Pool({ errorClasses: TypeError as never })).toThrow(/errorClasses must be an iterable/);
  });

  test('takes null for every option', async () => {
    await using pool = new Pool({
      maxWorkers: null,
      initializer: null,
      initargs: null,
      contextVars: null,
      env: null,
    });
    expect(pool.maxWorkers).toBeGreaterThan(0);
    expect(new Pool(null).maxWorkers).toBe(pool.maxWorkers);
  });
});

test('pools have as many workers as in Python by default', () => {
  expect(new ThreadPoolExecutor().maxWorkers).toBe(Math.min(32, os.availableParallelism() + 4));
  expect(new ProcessPoolExecutor().maxWorkers).toBe(os.availableParallelism());
  expect([new ThreadPoolExecutor().kind, new ProcessPoolExecutor().kind]).toEqual(['thread', 'process']);
});

test('ThreadPoolExecutor refuses limits and names of the wrong type', () => {
  expect(() => new ThreadPoolExecutor({ resourceLimits: 16 as never })).toThrow(
    /resourceLimits must be an object/,
  );
  expect(() => new ThreadPoolExecutor({ threadNamePrefix: 1 as never })).toThrow(
    /threadNamePrefix must be a string/,
  );
});

test('createDefaultExecutor makes a thread pool', async () => {
  await using pool = createDefaultExecutor();
  expect(pool.kind).toBe('thread');
  expect(await pool.submit(whoAmI)).toMatch(/^thread /);
});

test('threads have names for debuggers', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'mine' });
  const name = await pool.submit(async () => {
    const worker: object = await import('node:worker_threads');
    return 'threadName' in worker ? worker.threadName : 'mine_0';
  });
  expect(name).toBe('mine_0');
});

test('processes can be given their working directory and environment', async () => {
  await using pool = new ProcessPoolExecutor({
    maxWorkers: 1,
    cwd: os.tmpdir(),
    env: { ...process.env, COLOUR: 'blue' },
  });
  expect(await pool.submit(() => [process.cwd(), process.env.COLOUR])).toEqual([os.tmpdir(), 'blue']);
});

test('a process is replaced after maxTasksPerChild calls', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 2 });
  const calls = Array.from({ length: 5 }, () => pool.submit(whoAmI));
  const [a, b, c, d, e] = await Promise.all(calls);
  expect([a === b, b === c, c === d, d === e]).toEqual([true, false, true, false]);
  expect(() => new ProcessPoolExecutor({ maxTasksPerChild: 0 })).toThrow(ValueError);
  expect(() => new ProcessPoolExecutor({ cwd: 1 as never })).toThrow(TypeError);
});

describe.each(kinds)('the initializer of a %s', (_name, createPool) => {
  test('prepares each worker before its first call', async () => {
    await using pool = createPool({
      initializer: async (value: number) => {
        await Promise.resolve();
        Object.assign(globalThis, { prepared: value });
      },
      initargs: [42],
    });
    const read = () => (globalThis as unknown as { prepared: number }).prepared;
    expect(await Promise.all([pool.submit(read), pool.submit(read)])).toEqual([42, 42]);
  });

  test('breaks the pool when it throws', async () => {
    const pool = createPool({ initializer: taskFrom(workModule, 'brew') });
    const calls = Array.from({ length: 5 }, () => pool.submit(() => 1));
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        message: 'the initializer of a worker failed; the pool cannot be used any more',
        cause: { message: 'short and stout' },
      });
    }
    expect(() => pool.submit(() => 1)).toThrow(BrokenExecutor);
    await pool.shutdown();
  });
});
