import os from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { checkOptions, checkString, typeError } from '@bight/loop-abstract/validate';
import { BrokenThreadPool } from '../errors/broken-executor.js';
import { kTerminate } from '../internals.js';
import { PoolExecutor } from '../pool/pool-executor.js';
import { checkPoolOptions, POOL_OPTIONS, type PoolOptions } from '../pool/pool-options.js';
import { ThreadLink } from './thread-link.js';

/** What a `ThreadPoolExecutor` can be given. */
export interface ThreadPoolOptions extends PoolOptions {
  /** What the threads are called in debuggers, before their number. Python's `thread_name_prefix`. */
  threadNamePrefix?: string | null | undefined;
  /** Limits of the memory of each thread; a thread that exceeds them dies, and its call fails. */
  resourceLimits?: ResourceLimits | null | undefined;
}

/** How many calls may be on their way to one thread. More gain little (docs/decisions/004). */
const DEPTH = 4;
let poolCount = 0;

/**
 * Calls functions in threads of this process (`node:worker_threads`).
 *
 * JavaScript's threads share no objects: arguments and results are cloned, except for `SharedArrayBuffer`s, which are
 * shared, and what `transfer()` moves.
 *
 * @python concurrent.futures.ThreadPoolExecutor
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /** Where the functions run: `'thread'`. */
  override readonly kind = 'thread';

  /**
   * @param options - `maxWorkers`: how many threads there may be, when not given 4 more than the machine runs at once
   *   and 32 at most, as in Python; and those of `ThreadPoolOptions`
   * @throws {TypeError} for an option of the wrong type
   * @throws {ValueError} when `maxWorkers` is not a positive integer
   */
  constructor(options?: ThreadPoolOptions | null) {
    const given = checkOptions(options, [...POOL_OPTIONS, 'threadNamePrefix', 'resourceLimits']);
    const checked = checkPoolOptions(given, Math.min(32, os.availableParallelism() + 4));
    const prefix = checkString(
      given.threadNamePrefix ?? `ThreadPoolExecutor-${poolCount++}`,
      'threadNamePrefix',
    );
    const resourceLimits = given.resourceLimits ?? undefined;
    if (resourceLimits !== undefined && typeof resourceLimits !== 'object') {
      throw typeError('resourceLimits', 'an object with limits', resourceLimits);
    }
    let threadCount = 0;
    super(checked, {
      depth: DEPTH,
      maxCalls: Number.POSITIVE_INFINITY,
      Broken: BrokenThreadPool,
      connect: (events) => {
        const { env, execArgv } = checked;
        const name = `${prefix}_${threadCount++}`;
        return new ThreadLink({ name, depth: DEPTH, env, execArgv, resourceLimits }, events);
      },
    });
  }

  /**
   * Shuts the executor down and ends its threads in the middle of what they are doing; what had not ended fails with
   * `BrokenThreadPool`. Python can do this to processes only (`ProcessPoolExecutor.terminate_workers()`).
   */
  terminateWorkers(): Promise<void> {
    return this[kTerminate]();
  }
}

/**
 * Makes the executor that a loop uses where none is named, in `runInExecutor(null, …)` and `toThread()`.
 *
 * As `BaseEventLoop.run_in_executor()` makes one where there is none yet.
 */
export function createDefaultExecutor(): ThreadPoolExecutor {
  return new ThreadPoolExecutor({ threadNamePrefix: 'bight' });
}
