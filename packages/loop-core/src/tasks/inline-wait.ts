import { currentRunContext } from '@bight/contextvars/low-level';
import { CancelledError } from '@bight/loop-abstract';
import { Future } from '../futures/future.js';
import { CANCELLED, FAILED, FINISHED, PENDING } from '../futures/state.js';
import {
  kBody,
  kCancelMessage,
  kFinish,
  kGivenCancel,
  kIsAwaiter,
  kIsInline,
  kIsWaiting,
  kKind,
  kLoop,
  kRun,
  kState,
  kTask,
  kWaiters,
  kWake,
  kWasWoken,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { taskAmong } from '../scheduling/resumed-task.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';

/**
 * A coroutine method that waits once, written as one object: what `coroutine()` would make of a generator with a single
 * wait, for methods that are called for every message.
 *
 * The owner of what it waits for calls {@link wake}; in its turn {@link resume} returns the result, and the awaiter
 * goes on in the same callback. A cancel that comes before that turn wins, and `resume()` is not called.
 */
export abstract class InlineWait<T> extends Future<T> implements Runnable {
  declare [kIsAwaiter]: boolean;
  /** @internal */
  [kIsWaiting] = true;
  /** @internal */
  [kGivenCancel]: CancelledError | null = null;
  /** @internal */
  [kWasWoken] = false;

  static {
    this.prototype[kIsAwaiter] = true;
  }

  constructor(loop: FutureLoop) {
    super({ loop }, true);
    const current = currentRunContext();
    const awaiter = current === undefined ? null : (current.task as Awaiter<unknown> | null);
    // As for a coroutine: the caller is about to await this, in microtasks, unless it is a generator.
    if (awaiter === null || awaiter[kBody] === null) turn.resumed = true;
  }

  /** Returns the result; the method fails with what it throws. */
  protected abstract resume(): T;

  /** Whether it was neither woken nor cancelled yet. */
  get isWaiting(): boolean {
    return this[kIsWaiting];
  }

  /** Gives it its turn. */
  wake(): void {
    if (!this[kIsWaiting]) return;
    this[kIsWaiting] = false;
    enqueue(this[kLoop], this);
  }

  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return super.cancel(message);
    // As of a future that is cancelled twice: the first message stays. Once woken, the last one counts.
    if (this[kGivenCancel] !== null && !this[kWasWoken]) return true;
    this[kWasWoken] = !this[kIsWaiting];
    this[kCancelMessage] = message ?? undefined;
    this[kGivenCancel] = new CancelledError(this[kCancelMessage]);
    this.wake();
    return true;
  }

  /** @internal The task that its turn resumes, if one awaits it. */
  get [kTask](): object | null {
    return taskAmong(this[kWaiters]);
  }

  override get [kKind](): string {
    return 'Coroutine';
  }

  override get [kIsInline](): boolean {
    return true;
  }

  /** @internal */
  [kRun](): void {
    if (this[kState] !== PENDING) return;
    if (this[kGivenCancel] !== null) {
      this[kFinish](CANCELLED, this[kGivenCancel]);
      return;
    }
    let value: T;
    try {
      value = this.resume();
    } catch (error) {
      this[kFinish](error instanceof CancelledError ? CANCELLED : FAILED, error);
      return;
    }
    this[kFinish](FINISHED, value);
  }

  /** Awaiters go on now, as behind a coroutine. */
  override [kWake](waiter: Runnable): void {
    // A twin of those of `Coroutine` and `TurnFuture`: they have only `Future` in common, which wakes in another
    // way, and a function that they shared would be one place in which V8 sees the waiters of all three.
    if (waiter[kIsAwaiter]) waiter[kRun]();
    else enqueue(this[kLoop], waiter);
  }
}
