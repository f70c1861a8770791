import { Future, type FutureLoop } from '../futures/future.js';
import { FINISHED } from '../futures/state.js';
import { kFinish, kIsAwaiter, kIsInline, kLoop, kRun, kTask, kWaiters, kWake } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { enqueue } from '../scheduling/enqueue.js';
import { taskAmong, taskOfRun } from '../scheduling/resumed-task.js';
import type { Runnable } from '../scheduling/runnable.js';
import { sleep } from './sleep.js';

/** Done after exactly one turn of the loop, whatever is cancelled meanwhile. */
class ShieldedTurn extends Future<undefined> implements Runnable {
  declare [kIsAwaiter]: boolean;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(loop: FutureLoop) {
    super({ loop }, true);
    enqueue(loop, this);
  }

  /** A cancel that comes meanwhile is thrown at the next wait. */
  override get [kIsInline](): boolean {
    return true;
  }

  override cancel(): boolean {
    return false;
  }

  /** The task that its turn resumes: the one that awaits it, or is about to. */
  get [kTask](): object | null {
    return taskAmong(this[kWaiters]) ?? taskOfRun();
  }

  [kRun](): void {
    this[kFinish](FINISHED, undefined);
  }

  override [kWake](waiter: Runnable): void {
    if (waiter[kIsAwaiter]) waiter[kRun]();
    else enqueue(this[kLoop], waiter);
  }
}

/**
 * One turn of the loop, with a chance to be cancelled: for code that computes for long, or that must not keep other
 * tasks waiting.
 *
 * @throws {CancelledError} (asynchronously) when the code is being cancelled
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.lowlevel.checkpoint()
 */
export function checkpoint(): Future<undefined> {
  return sleep(0);
}

/**
 * One turn of the loop that no cancel interrupts; one that comes meanwhile is thrown at the next wait.
 *
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.lowlevel.cancel_shielded_checkpoint()
 */
export function cancelShieldedCheckpoint(): Future<undefined> {
  return new ShieldedTurn(getRunningLoop());
}
