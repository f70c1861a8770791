import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { ProcessPoolExecutor, ThreadPoolExecutor, transfer } from '../../src/index.js';

const sum = (bytes: Uint8Array) => bytes.reduce((a, b) => a + b, 0);

describe('transfer to a thread', () => {
  test('moves a buffer instead of cloning it', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await pool.submit(sum, [transfer(bytes)])).toBe(6);
    expect(bytes.byteLength).toBe(0);
    const kept = new Uint8Array([1, 2, 3]);
    expect(await pool.submit(sum, [kept])).toBe(6);
    expect(kept.byteLength).toBe(3);
  });

  test('moves what is inside of an argument', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const { port1, port2 } = new MessageChannel();
    const received = new Promise((resolve) => port2.once('message', resolve));
    await pool.submit(
      ({ port }) => {
        port.postMessage('hello');
        port.close();
      },
      [transfer({ port: port1 }, [port1])],
    );
    expect(await received).toBe('hello');
  });

  test('moves what a function returns', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const result = await pool.submit(async () => {
      const bytes = new Uint8Array([4, 5]);
      const wrapper = {
        [Symbol.for('@bight/executors/transfer')]: true,
        value: bytes,
        transferList: [bytes.buffer],
      };
      Object.assign(globalThis, { bytes });
      return wrapper as unknown as Uint8Array;
    });
    expect(sum(result)).toBe(9);
    expect(await pool.submit(() => (globalThis as unknown as { bytes: Uint8Array }).bytes.byteLength)).toBe(
      0,
    );
  });

  test('works for calls that wait behind others', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const calls = Array.from({ length: 50 }, (_, i) =>
      pool.submit(sum, [i % 2 ? transfer(new Uint8Array([i])) : new Uint8Array([i])]),
    );
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => i));
  });

  test('fails the call whose list is wrong', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const wrong = pool.submit(() => {}, [transfer('text')] as never);
    await expect(wrong).rejects.toThrow(/transfer/i);
    expect(await pool.submit(() => 'fine')).toBe('fine');
    expect(() => transfer(1, 2 as never)).toThrow(
      /transferList must be an array of transferable objects, not 2/,
    );
  });
});

test('transfer to a process clones', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const bytes = new Uint8Array([1, 2, 3]);
  expect(await pool.submit(sum, [transfer(bytes)])).toBe(6);
  expect(bytes.byteLength).toBe(3);
});

test('threads share a SharedArrayBuffer', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const words = new Int32Array(new SharedArrayBuffer(4));
  const add = (shared: Int32Array) => Atomics.add(shared, 0, 1);
  await Promise.all(Array.from({ length: 20 }, () => pool.submit(add, [words])));
  expect(words[0]).toBe(20);
});

test('processes cannot be sent a SharedArrayBuffer', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const call = pool.submit((shared) => shared.byteLength, [new SharedArrayBuffer(4)]);
  await expect(call).rejects.toMatchObject({ name: 'DataCloneError' });
});
