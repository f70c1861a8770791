import { kIsAwaiter, kLoop, kRun, kTask, kWaiters, kWake } from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { taskAmong, taskOfRun } from '../scheduling/resumed-task.js';
import type { Runnable } from '../scheduling/runnable.js';
import { Future } from './future.js';

/**
 * A future that ends after exactly one turn of the loop, in which its awaiters go on: what a bare `yield` is in Python.
 *
 * @internal
 */
export abstract class TurnFuture<T> extends Future<T> implements Runnable {
  declare [kIsAwaiter]: boolean;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(loop: FutureLoop) {
    super({ loop }, true);
    enqueue(loop, this);
  }

  /** The task that its turn resumes: the one that awaits it, or is about to. */
  get [kTask](): object | null {
    return taskAmong(this[kWaiters]) ?? taskOfRun();
  }

  abstract [kRun](): void;

  override [kWake](waiter: Runnable): void {
    // A twin of those of `Coroutine` and `InlineWait`: they have only `Future` in common, which wakes in another
    // way, and a function that they shared would be one place in which V8 sees the waiters of all three.
    if (waiter[kIsAwaiter]) waiter[kRun]();
    else enqueue(this[kLoop], waiter);
  }
}
