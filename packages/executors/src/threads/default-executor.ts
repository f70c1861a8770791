import { ThreadPoolExecutor } from './thread-pool-executor.js';

/**
 * Makes the executor that a loop uses where none is named, in `runInExecutor(null, …)` and `toThread()`.
 *
 * Stands for what `BaseEventLoop.run_in_executor()` does when there is no default executor yet.
 */
export function createDefaultExecutor(): ThreadPoolExecutor {
  return new ThreadPoolExecutor({ threadNamePrefix: 'bight' });
}
