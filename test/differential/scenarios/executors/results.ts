import { gather, getRunningLoop, isFuture, ThreadPoolExecutor, toThread, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

function add(a: string | number, b: string | number): unknown {
  return (a as number) + (b as number);
}

function fail(message: string): never {
  throw Object.assign(new Error(message), { name: 'ValueError' });
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  for (const executor of [null, pool]) {
    trace(await loop.runInExecutor(executor, add, [1, 2]));
    try {
      await loop.runInExecutor(executor, fail, ['no']);
    } catch (error) {
      trace(error);
    }
    const future = loop.runInExecutor(executor, add, ['a', 'b']);
    trace(future.done(), isFuture(future), future.getLoop() === loop);
    const results = [0, 1, 2, 3, 4].map((number) => loop.runInExecutor(executor, add, [number, 1]));
    results.push(loop.runInExecutor(executor, fail, ['among others']));
    trace(await gather(results, { returnExceptions: true }));
    trace(await future, future.done(), future.exception());
  }
  trace(await toThread(add, [2, 3]));
  try {
    await toThread(fail, ['in a thread']);
  } catch (error) {
    trace(error);
  }
  await wrapFuture(pool.shutdown());
}
