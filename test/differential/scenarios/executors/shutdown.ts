import { getRunningLoop, newEventLoop, run as runCoroutine, ThreadPoolExecutor, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

async function within(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const executor of [null, 1, 'pool']) {
    try {
      loop.setDefaultExecutor(executor as never);
    } catch (error) {
      trace(error);
    }
  }
  const own = new ThreadPoolExecutor({ maxWorkers: 1 });
  loop.setDefaultExecutor(own);
  const pause = () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  };
  const slow = loop.runInExecutor(null, pause);
  await loop.shutdownDefaultExecutor();
  trace('shut down', slow.done() || (await slow) === undefined);
  await loop.shutdownDefaultExecutor();
  for (const attempt of [() => loop.runInExecutor(null, () => 0), () => loop.runInExecutor(own, () => 0)]) {
    try {
      await attempt();
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  trace(await loop.runInExecutor(pool, () => 0));
  await wrapFuture(pool.shutdown());
}

export async function run(trace: Trace): Promise<void> {
  await runCoroutine(() => within(trace));
  const loop = newEventLoop();
  loop.close();
  try {
    loop.runInExecutor(null, () => 0);
  } catch (error) {
    trace(error);
  }
}
