import { getRunningLoop, ThreadPoolExecutor, wait, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const futures = [0, 1, 2, 3, 4, 5].map((number) => {
    const future = loop.runInExecutor(pool, (text: string) => Number.parseInt(text, 10), [String(number)]);
    future.addDoneCallback((done) => trace('done', done.result()));
    return future;
  });
  trace(
    'asked for',
    futures.map((future) => future.done()),
  );
  await wait(futures);
  trace(await wrapFuture(pool.submit((text: string) => Number.parseInt(text, 10), ['7'])));
  const mapped: number[] = [];
  const results = pool.map((text: string) => Number.parseInt(text, 10), ['8', '9'])[Symbol.asyncIterator]();
  for (let next = await wrapFuture(results.next()); !next.done; next = await wrapFuture(results.next())) {
    mapped.push(next.value);
  }
  trace(mapped);
  await wrapFuture(pool.shutdown());
}
