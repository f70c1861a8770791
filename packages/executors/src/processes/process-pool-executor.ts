import os from 'node:os';
import { checkInteger, checkOptions, checkString } from '@bight/loop-abstract/validate';
import { BrokenProcessPool } from '../errors/broken-executor.js';
import { kTerminate } from '../internals.js';
import { PoolExecutor } from '../pool/pool-executor.js';
import { checkPoolOptions, POOL_OPTIONS, type PoolOptions } from '../pool/pool-options.js';
import { ProcessLink } from './process-link.js';
import { requireNodeExecutable } from './single-executable.js';

/** What a `ProcessPoolExecutor` can be given. */
export interface ProcessPoolOptions extends PoolOptions {
  /**
   * After how many calls a process is replaced by a new one; never when it is not given. Python's
   * `max_tasks_per_child`.
   */
  maxTasksPerChild?: number | null | undefined;
  /** The working directory of the processes; when not given, that of this process. */
  cwd?: string | null | undefined;
}

/**
 * Calls functions in child processes (`child_process.fork()`).
 *
 * Arguments and results are cloned; nothing can be shared or moved. A call that was given to a process counts as
 * running, so it cannot be cancelled any more.
 *
 * @python concurrent.futures.ProcessPoolExecutor
 */
export class ProcessPoolExecutor extends PoolExecutor {
  /** Where the functions run: `'process'`. */
  override readonly kind = 'process';

  /**
   * @param options - `maxWorkers`: how many processes there may be, when not given as many as the machine runs at once,
   *   as in Python; and those of `ProcessPoolOptions`
   * @throws {TypeError} for an option of the wrong type
   * @throws {ValueError} when `maxWorkers` or `maxTasksPerChild` is not a positive integer
   * @throws {RuntimeError} in a single-executable application, which has no `node` to start
   */
  constructor(options?: ProcessPoolOptions | null) {
    const given = checkOptions(options, [...POOL_OPTIONS, 'maxTasksPerChild', 'cwd']);
    const checked = checkPoolOptions(given, os.availableParallelism());
    const cwd = given.cwd == null ? undefined : checkString(given.cwd, 'cwd');
    const maxCalls = given.maxTasksPerChild ?? null;
    requireNodeExecutable();
    super(checked, {
      depth: 1,
      maxCalls:
        maxCalls === null ? Number.POSITIVE_INFINITY : checkInteger(maxCalls, 'maxTasksPerChild', { min: 1 }),
      Broken: BrokenProcessPool,
      connect: (events) => new ProcessLink({ cwd, env: checked.env, execArgv: checked.execArgv }, events),
    });
  }

  /**
   * Shuts the executor down and ends its processes with SIGTERM; what had not ended fails with `BrokenProcessPool`.
   *
   * @python concurrent.futures.ProcessPoolExecutor.terminate_workers() (3.14)
   */
  terminateWorkers(): Promise<void> {
    return this[kTerminate]('SIGTERM');
  }

  /**
   * The same with SIGKILL.
   *
   * @python concurrent.futures.ProcessPoolExecutor.kill_workers() (3.14)
   */
  killWorkers(): Promise<void> {
    return this[kTerminate]('SIGKILL');
  }
}
