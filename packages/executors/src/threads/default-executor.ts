import { ThreadPoolExecutor } from './thread-pool-executor.js';

/**
 * Makes the executor that a loop uses where none is named, in `runInExecutor(null, …)` and `toThread()`.
 *
 * As `BaseEventLoop.run_in_executor()` makes one where there is none yet.
 */
export function createDefaultExecutor(): ThreadPoolExecutor {
  return new ThreadPoolExecutor({ threadNamePrefix: 'bight' });
}
