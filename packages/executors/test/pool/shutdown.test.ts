import { RuntimeError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { BrokenExecutor, ProcessPoolExecutor } from '../../src/index.js';
import { Gate } from '../support/gate.js';
import { kinds, waitAt, whoAmI } from '../support/pools.js';

describe.each(kinds)('%s.shutdown', (_name, createPool) => {
  test('refuses further calls', async () => {
    const pool = createPool();
    await pool.submit(() => 1);
    const closing = pool.shutdown();
    expect(() => pool.submit(() => 1)).toThrow(RuntimeError);
    expect(() => pool.submit(() => 1)).toThrow('cannot schedule new futures after shutdown');
    expect(() => pool.map((n: number) => n, [1])).toThrow(RuntimeError);
    await closing;
    expect(() => pool.submit(() => 1)).toThrow(RuntimeError);
  });

  test('waits for all calls, those that had not begun, too', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    const futures = [pool.submit(waitAt, [gate.path, 1]), pool.submit(() => 2), pool.submit(() => 3)];
    const closing = pool.shutdown();
    await gate.reached();
    gate.open();
    await closing;
    expect(futures.map((future) => future.result())).toEqual([1, 2, 3]);
  });

  test('does not wait with { wait: false }', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    const future = pool.submit(waitAt, [gate.path, 'late']);
    await gate.reached();
    await pool.shutdown({ wait: false });
    expect(future.done()).toBe(false);
    gate.open();
    expect(await future).toBe('late');
    await pool.shutdown();
  });

  test('cancels calls that have not begun, when asked to', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    const running = pool.submit(waitAt, [gate.path, 'done']);
    await gate.reached();
    const waiting = Array.from({ length: 10 }, () => pool.submit(() => 1));
    const closing = pool.shutdown({ cancelFutures: true });
    expect(waiting.every((future) => future.cancelled())).toBe(true);
    gate.open();
    await closing;
    expect(running.result()).toBe('done');
  });

  test('works on a pool that never had a worker, and any number of times', async () => {
    const pool = createPool();
    await pool.shutdown();
    await pool.shutdown({ wait: false, cancelFutures: true });
    await pool.shutdown(null);
    await expect(pool.shutdown(1 as never)).rejects.toThrow(TypeError);
  });

  test('happens at the end of a block with await using', async () => {
    await using gate = await Gate.create();
    let future: PromiseLike<unknown>;
    let isDone: () => boolean;
    {
      await using pool = createPool({ maxWorkers: 1 });
      const submitted = pool.submit(waitAt, [gate.path, 'done']);
      [future, isDone] = [submitted, () => submitted.done()];
      void gate.reached().then(() => gate.open());
    }
    expect(isDone()).toBe(true);
    expect(await future).toBe('done');
  });

  test('lets a worker print everything and run its exit handlers', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    await pool.submit(
      async (path: string) => {
        const { connect } = await import('node:net');
        const { writeFileSync } = await import('node:fs');
        process.on('exit', () => writeFileSync(`${path}.exit`, 'exit handler'));
        connect(path).unref();
      },
      [gate.path],
    );
    await pool.shutdown();
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(`${gate.path}.exit`, 'utf8')).toBe('exit handler');
  });
});

describe.each(kinds)('%s.terminateWorkers', (_name, createPool) => {
  test('ends workers in the middle of a call, and fails what had not ended', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    const forever = pool.submit(
      async (path: string) => {
        const { connect } = await import('node:net');
        await new Promise<void>((resolve) => connect(path, resolve));
        for (;;);
      },
      [gate.path],
    );
    const waiting = pool.submit(() => 1);
    await gate.reached();
    await pool.terminateWorkers();
    for (const future of [forever, waiting]) {
      expect(future.exception()).toBeInstanceOf(BrokenExecutor);
      await expect(future).rejects.toThrow('the workers were terminated before the call ended');
    }
    expect(() => pool.submit(() => 1)).toThrow(RuntimeError);
    await pool.shutdown();
  });

  test('changes nothing in a pool that has ended', async () => {
    const pool = createPool();
    await pool.submit(whoAmI);
    await pool.shutdown();
    await pool.terminateWorkers();
  });
});

test('ProcessPoolExecutor.killWorkers ends processes that ignore SIGTERM', async () => {
  await using gate = await Gate.create();
  const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const stubborn = pool.submit(
    async (path: string) => {
      const { connect } = await import('node:net');
      process.on('SIGTERM', () => {});
      connect(path);
      return new Promise(() => {});
    },
    [gate.path],
  );
  await gate.reached();
  await pool.killWorkers();
  expect(stubborn.exception()).toBeInstanceOf(BrokenExecutor);
});
