import { TimeoutError } from '@bight/loop-abstract';
import type { MapCalls } from './map-calls.js';
import type { PoolFuture } from './pool-future.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { clearTimeout, setTimeout } = globalThis;
const now = performance.now.bind(performance);

/** Longer delays overflow the timers of the platform. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * The results of `executor.map()`, in the order of the calls. When the consumer stops early, or a call throws, the
 * calls that have not begun are cancelled.
 *
 * @param calls - the calls, several to a future
 * @param timeoutSeconds - how long to wait, from `startMs` on
 * @param startMs - the time of the call of `map()`, by `now()`
 */
export async function* mapResults<T, R>(
  calls: MapCalls<T, R>,
  timeoutSeconds: number | null,
  startMs: number,
): AsyncGenerator<R, undefined> {
  let delivered = 0;
  let chunk: PoolFuture<R[]> | undefined;
  try {
    for (chunk = calls.shift(); chunk !== undefined; chunk = calls.shift()) {
      if (timeoutSeconds !== null) await endOrTimeout(chunk, timeoutSeconds, startMs);
      for (const result of await chunk) {
        // The workers need not wait for the consumer.
        calls.refill(++delivered);
        yield result;
      }
    }
  } finally {
    chunk?.cancel();
    calls.close();
  }
  return undefined;
}

async function endOrTimeout<R>(
  future: PoolFuture<R>,
  timeoutSeconds: number,
  startMs: number,
): Promise<void> {
  while (!future.done()) {
    const remainingMs = startMs + timeoutSeconds * 1000 - now();
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
