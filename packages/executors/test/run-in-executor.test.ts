import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { CoreEventLoop, getRunningLoop, run, toThread, wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { expectWarning } from '../../../test/support/process-events.js';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '../src/index.js';
import { Gate } from './support/gate.js';
import { kinds, waitAt, whoAmI } from './support/pools.js';

describe.each(kinds)('loop.runInExecutor with a %s', (_name, createPool) => {
  test('gives the result, or throws what the function threw', async () => {
    await using pool = createPool();
    await run(async () => {
      const loop = getRunningLoop();
      expect(await loop.runInExecutor(pool, (a: number, b: number) => a * b, [6, 7])).toBe(42);
      const failing = loop.runInExecutor(pool, () => {
        throw new RangeError('no');
      });
      await expect(failing).rejects.toThrow(RangeError);
      expect(failing.exception()).toBeInstanceOf(RangeError);
    });
  });

  test('keeps a call that waits from being made when the future is cancelled', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    await run(async () => {
      const loop = getRunningLoop();
      const running = loop.runInExecutor(pool, waitAt, [gate.path]);
      await wrapFuture(gate.reached());
      const waiting = loop.runInExecutor(pool, waitAt, [gate.path]);
      waiting.cancel();
      await expect(waiting).rejects.toThrow(CancelledError);
      gate.open();
      await running;
      await loop.runInExecutor(pool, () => 'next');
      expect(gate.waiting).toBe(0);
    });
  });

  test('cancels the future of a call that runs, which goes on by itself', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    await run(async () => {
      const loop = getRunningLoop();
      const future = loop.runInExecutor(pool, waitAt, [gate.path]);
      await wrapFuture(gate.reached());
      expect(future.cancel()).toBe(true);
      await expect(future).rejects.toThrow(CancelledError);
      expect(gate.waiting).toBe(1);
      gate.open();
      expect(await loop.runInExecutor(pool, () => 'next')).toBe('next');
    });
  });

  test('keeps a call among the live handles of the loop until it has ended', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const loop = new CoreEventLoop();
    const kinds = () => loop.liveHandles().map(({ kind }) => kind);
    await loop.runUntilComplete(async () => {
      const future = loop.runInExecutor(pool, waitAt, [gate.path]);
      await wrapFuture(gate.reached());
      expect(kinds()).toEqual(['executor call']);
      future.cancel();
      expect(kinds()).toEqual(['executor call']);
      gate.open();
      await loop.runInExecutor(pool, () => 'next');
      expect(kinds()).toEqual([]);
    });
    loop.close();
  });

  test('cancels the future when the pool cancels the call', async () => {
    await using gate = await Gate.create();
    const pool = createPool({ maxWorkers: 1 });
    await run(async () => {
      const loop = getRunningLoop();
      const running = loop.runInExecutor(pool, waitAt, [gate.path, 'done']);
      await wrapFuture(gate.reached());
      const waiting = loop.runInExecutor(pool, () => 1);
      const closing = pool.shutdown({ cancelFutures: true });
      await expect(waiting).rejects.toThrow(CancelledError);
      expect(waiting.cancelled()).toBe(true);
      gate.open();
      expect(await running).toBe('done');
      await closing;
    });
  });
});

describe('the default executor', () => {
  test('can be set, and serves toThread', async () => {
    const main = async () => {
      getRunningLoop().setDefaultExecutor(new ThreadPoolExecutor({ maxWorkers: 1 }));
      return [await toThread(whoAmI), await getRunningLoop().runInExecutor(null, (n: number) => n, [1])];
    };
    expect(await run(main)).toEqual([expect.stringMatching(/^thread /), 1]);
  });

  test('must be a pool of threads', async () => {
    await using pool = new ProcessPoolExecutor();
    await run(async () => {
      expect(() => getRunningLoop().setDefaultExecutor(pool)).toThrow(TypeError);
    });
  });

  test('is waited for at the end of run', async () => {
    await using gate = await Gate.create();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const call = await run(async () => {
      getRunningLoop().setDefaultExecutor(pool);
      const future = pool.submit(waitAt, [gate.path, 'late']);
      await wrapFuture(gate.reached());
      setImmediate(() => gate.open());
      return { future };
    });
    expect(call.future.result()).toBe('late');
    expect(() => pool.submit(() => 1)).toThrow(RuntimeError);
  });

  test('is terminated when its calls do not end in time', async () => {
    await using gate = await Gate.create();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const warning = expectWarning(/RuntimeWarning: .*within 0\.01 seconds/);
    await run(async () => {
      const loop = getRunningLoop();
      loop.setDefaultExecutor(pool);
      const future = loop.runInExecutor(null, waitAt, [gate.path]);
      await wrapFuture(gate.reached());
      await loop.shutdownDefaultExecutor({ timeout: 0.01 });
      await expect(future).rejects.toThrow('the workers were terminated before the call ended');
      expect(() => loop.runInExecutor(null, () => 1)).toThrow(RuntimeError);
    });
    await warning;
    await pool.shutdown();
  });
});
