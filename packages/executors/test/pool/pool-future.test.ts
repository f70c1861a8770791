import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledError, InvalidStateError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { expectWarning } from '../../../../test/support/process-events.js';
import { ThreadPoolExecutor } from '../../src/index.js';
import { Gate } from '../support/gate.js';
import { kinds, waitAt } from '../support/pools.js';

describe('the future of a call', () => {
  test('shows its state without waiting', async () => {
    await using gate = await Gate.create();
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(waitAt, [gate.path, 'value']);
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, false, false]);
    expect(() => future.result()).toThrow(InvalidStateError);
    expect(() => future.exception()).toThrow(InvalidStateError);
    await gate.reached();
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, true, false]);
    gate.open();
    await future;
    expect([future.done(), future.running(), future.cancelled()]).toEqual([true, false, false]);
    expect(future.result()).toBe('value');
    expect(future.exception()).toBeNull();
  });

  test('gives the error that the call threw', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(() => {
      throw new RangeError('no');
    });
    await future.catch(() => {});
    expect(future.exception()).toBeInstanceOf(RangeError);
    expect(() => future.result()).toThrow(RangeError);
    expect(future.cancelled()).toBe(false);
  });

  test('reports nothing when the error is not retrieved', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(() => {
      throw new RangeError('no');
    });
    await pool.submit(() => 'later');
    expect(future.done()).toBe(true);
  });

  test('is awaited like a promise', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit((n: number) => n, [1]);
    const seen: string[] = [];
    expect(await future.then((n) => n + 1)).toBe(2);
    expect(await future.finally(() => seen.push('finally'))).toBe(1);
    expect(await future.catch(() => 0)).toBe(1);
    expect(await Promise.all([future, future])).toEqual([1, 1]);
    expect(seen).toEqual(['finally']);
  });

  test('calls callbacks in the order in which they were added, once each', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(() => 1);
    const seen: unknown[] = [];
    future.addDoneCallback((it) => seen.push('first', it === future));
    future.addDoneCallback((it) => seen.push('second', it.result()));
    await future;
    future.addDoneCallback(() => seen.push('at once'));
    expect(seen).toEqual(['first', true, 'second', 1, 'at once']);
    expect(() => future.addDoneCallback(1 as never)).toThrow(/callback must be a function/);
  });

  test('calls a callback in the async context of the code that added it', async () => {
    const storage = new AsyncLocalStorage<string>();
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const stores: unknown[] = [];
    const submit = (name: string) =>
      storage.run(name, () => {
        const future = pool.submit(() => {});
        future.addDoneCallback(() => stores.push(storage.getStore()));
        return future;
      });
    // The first call starts the worker, which must not take that call's store along.
    await Promise.all([submit('first'), submit('second')]);
    const later = pool.submit(() => {});
    later.addDoneCallback(() => stores.push(storage.getStore()));
    await later;
    expect(stores).toEqual(['first', 'second', undefined]);
  });

  test('warns of a callback that throws, and goes on', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(() => 1);
    const warning = expectWarning('RuntimeWarning: a callback of an executor future threw');
    future.addDoneCallback(() => {
      throw new Error('in the callback');
    });
    const seen: string[] = [];
    future.addDoneCallback(() => seen.push('called'));
    expect(await future).toBe(1);
    expect(seen).toEqual(['called']);
    expect(await warning).toHaveProperty('detail', expect.stringContaining('in the callback'));
  });
});

describe.each(kinds)('cancelling a call in a %s', (_name, createPool) => {
  test('keeps a call that waits from being made', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const running = pool.submit(waitAt, [gate.path]);
    await gate.reached();
    const waiting = Array.from({ length: 10 }, () => pool.submit(waitAt, [gate.path]));
    const last = pool.submit(() => 'last');
    expect(waiting.map((future) => future.cancel())).toEqual(waiting.map(() => true));
    expect(waiting.every((future) => future.cancelled() && future.done() && !future.running())).toBe(true);
    gate.open();
    await running;
    expect(await last).toBe('last');
    expect(gate.waiting).toBe(0);
    await expect(waiting[0]).rejects.toThrow(CancelledError);
    expect(() => waiting[0]!.result()).toThrow(CancelledError);
    expect(() => waiting[0]!.exception()).toThrow(CancelledError);
  });

  test('works at once after submit, and any number of times', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const future = pool.submit(waitAt, [gate.path]);
    const seen: boolean[] = [];
    future.addDoneCallback((it) => seen.push(it.cancelled()));
    expect(future.cancel()).toBe(true);
    expect(future.cancel()).toBe(true);
    expect(seen).toEqual([true]);
    expect(await pool.submit(() => 'next')).toBe('next');
    expect(gate.waiting).toBe(0);
  });

  test('comes too late for a call that runs or has ended', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const future = pool.submit(waitAt, [gate.path, 'value']);
    await gate.reached();
    expect(future.cancel()).toBe(false);
    expect(future.cancelled()).toBe(false);
    gate.open();
    expect(await future).toBe('value');
    expect(future.cancel()).toBe(false);
  });
});
