import type { CancelledError, RuntimeError } from '@bight/loop-abstract';
import {
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kCancelFrom,
  kForgetCancelFrom,
  kIsBlocking,
  kIsInline,
  kIsWait,
  kLoop,
  kNoteDelivered,
  kPending,
  kRefuse,
  kReleaseAwaiter,
  kRemoveReaction,
  kRemoveWaiter,
  kResume,
  kWaitBegan,
  kWaitEnded,
} from '../internals.js';
import type { Runnable } from '../scheduling/runnable.js';

/**
 * The two sides of an `await`, as they see each other. They live in files of their own ({@link Reaction} and Future on
 * one side, Awaiter and its kinds on the other); these are the seams.
 *
 * @internal
 */

/** Something that one can wait for: a future. */
export interface Awaited {
  cancel(message?: string | null): boolean;
  /** Whether its end is no wake-up of its awaiter's task, but a return within one. */
  readonly [kIsInline]: boolean;
  /** Cancels on behalf of the awaiter; an inline coroutine that ends without meeting the cancel gives it back. */
  [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean;
  /** Takes back what the awaiter's {@link kCancelFrom} has left pending. */
  [kForgetCancelFrom]?(awaiter: AwaitingSide): void;
  done(): boolean;
  /** Queues `waiter` for when this is done. Only while it is pending. */
  [kAddWaiter](waiter: Runnable): void;
  /** Forgets a waiter that gave up. */
  [kRemoveWaiter](waiter: Runnable): void;
  /** Set by `yield*`, so that a plain `yield future` is noticed, as in CPython. */
  [kIsBlocking]: boolean;
}

/** The side that waits: the task, or the coroutine method, inside which an `await` is written. */
export interface AwaitingSide {
  readonly [kLoop]: object;
  /** A cancel that the code has not met yet. */
  readonly [kPending]: object | null;
  done(): boolean;
  [kAddReaction](reaction: CancellableReaction): void;
  [kRemoveReaction](reaction: CancellableReaction): void;
  /** An `await` has begun; called only while a cancel is pending, or scopes are cancelled. */
  [kWaitBegan](reaction: CancellableReaction): void;
  /** An `await` ends while a cancel is pending: the error to throw instead of the outcome, if any. */
  [kWaitEnded](reaction: CancellableReaction): CancelledError | null;
  /** Remembers which error carried a cancel into the code. */
  [kNoteDelivered](error: CancelledError): void;
}

/** An `await` in progress, which cancelling its task cancels. */
export interface CancellableReaction {
  /** What is awaited. */
  readonly [kAwaited]: Awaited;
  /** It throws an error, after a turn of the loop, instead of what is awaited. */
  [kRefuse](error: RuntimeError): void;
  /** Forgets who waits, which has ended: what is awaited may be pending for hours. */
  [kReleaseAwaiter](): void;
  /** Whether code waits for it, rather than having hung a callback on it. */
  readonly [kIsWait]: boolean;
  /** What resumes the code that waits: for an `await`, a function of the engine. */
  readonly [kResume]: unknown;
}
