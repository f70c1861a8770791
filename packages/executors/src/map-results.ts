import { TimeoutError } from '@bight/loop-abstract';
import type { PoolFuture } from './pool-future.js';

/** Longer delays overflow the timers of the platform. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * The results of `executor.map()`, in the order of the calls. When the consumer stops early, or a call throws, the calls
 * that have not begun are cancelled.
 *
 * @param chunks futures of the results of several calls each
 * @param timeoutSeconds how long to wait, from `startMs` on
 * @param startMs the time of the call of `map()`, by `performance.now()`
 */
export async function* mapResults<R>(
  chunks: readonly PoolFuture<R[]>[],
  timeoutSeconds: number | null,
  startMs: number,
): AsyncGenerator<R, undefined> {
  try {
    for (const chunk of chunks) {
      if (timeoutSeconds !== null) await endOrTimeout(chunk, timeoutSeconds, startMs);
      yield* await chunk;
    }
  } finally {
    for (const chunk of chunks) chunk.cancel();
  }
  return undefined;
}

async function endOrTimeout<R>(
  future: PoolFuture<R>,
  timeoutSeconds: number,
  startMs: number,
): Promise<void> {
  while (!future.done()) {
    const remainingMs = startMs + timeoutSeconds * 1000 - performance.now();
    if (remainingMs <= 0) throw new TimeoutError(`not all calls ended within ${timeoutSeconds} seconds`);
    await endOrDelay(future, Math.min(remainingMs, LONGEST_DELAY_MS));
  }
}

function endOrDelay<R>(future: PoolFuture<R>, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    future.addDoneCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
