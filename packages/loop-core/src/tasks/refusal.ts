import { currentRunContext } from '@bight/contextvars/low-level';
import { levels } from '../futures/cancelled-scopes.js';
import { Future, type FutureLoop } from '../futures/future.js';
import { CANCELLED } from '../futures/state.js';
import {
  kBlock,
  kFinish,
  kIsAwaiter,
  kIsLibrary,
  kLoop,
  kRun,
  kTask,
  kWaiters,
  kWake,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import { taskAmong, taskOfRun } from '../scheduling/resumed-task.js';
import type { Runnable } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';
import { CancelBlock } from './cancel-block.js';

/** Cancelled after one turn of the loop, so that code that goes on calling does not keep the loop from its work. */
class Refusal extends Future<never> implements Runnable {
  declare [kIsAwaiter]: boolean;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(loop: FutureLoop) {
    super({ loop }, true);
    enqueue(loop, this);
  }

  /** The cancel comes with the turn. */
  override cancel(): boolean {
    return !this.done();
  }

  /** The task that its turn resumes: the one that awaits it, or is about to. */
  get [kTask](): object | null {
    return taskAmong(this[kWaiters]) ?? taskOfRun();
  }

  [kRun](): void {
    this[kFinish](CANCELLED, undefined);
  }

  override [kWake](waiter: Runnable): void {
    if (waiter[kIsAwaiter]) waiter[kRun]();
    else enqueue(this[kLoop], waiter);
  }
}

/** What a call gives to code in a cancelled scope; `null` everywhere else. @internal */
export function refusalFor<T>(awaiter: Awaiter<unknown> | null, loop: FutureLoop): Future<T> | null {
  if (awaiter === null || awaiter[kIsLibrary] !== false || !CancelBlock.isLevelCancelled(awaiter[kBlock]))
    return null;
  return new Refusal(loop) as Future<T>;
}

/**
 * What a coroutine method returns, without doing anything, when the calling code is in a cancelled scope; `null`
 * everywhere else. For methods that may not have to wait: those that wait are cancelled by the wait.
 */
export function refusedCall<T>(loop: FutureLoop): Future<T> | null {
  if (levels.cancelled === 0) return null;
  return refusalFor<T>((currentRunContext()?.task ?? null) as Awaiter<unknown> | null, loop);
}
