import { RuntimeError } from '@bight/loop-abstract';

/**
 * The worker that ran a call ended before the call did, or could not be started.
 *
 * Only the calls that the worker was running fail, and the pool goes on with a new worker; in Python the whole pool is
 * unusable afterwards. `code` is `'ERR_BROKEN_EXECUTOR'`.
 *
 * @python concurrent.futures.BrokenExecutor
 */
export class BrokenExecutor extends RuntimeError {
  static {
    BrokenExecutor.prototype.name = 'BrokenExecutor';
  }

  /** Always `'ERR_BROKEN_EXECUTOR'`. */
  override readonly code: string = 'ERR_BROKEN_EXECUTOR';
}

/**
 * A thread of a `ThreadPoolExecutor` ended before its call did, or the initializer failed.
 *
 * @python concurrent.futures.thread.BrokenThreadPool
 */
export class BrokenThreadPool extends BrokenExecutor {
  static {
    BrokenThreadPool.prototype.name = 'BrokenThreadPool';
  }
}

/**
 * A process of a `ProcessPoolExecutor` ended before its call did, or the initializer failed.
 *
 * @python concurrent.futures.process.BrokenProcessPool
 */
export class BrokenProcessPool extends BrokenExecutor {
  static {
    BrokenProcessPool.prototype.name = 'BrokenProcessPool';
  }
}
