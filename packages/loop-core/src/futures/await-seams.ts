import type { CancelledError, RuntimeError } from '@bight/loop-abstract';
import {
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kBlocking,
  kCancelAwaited,
  kCancelFrom,
  kCancelMessage,
  kLoop,
  kMustCancel,
  kNoteDelivered,
  kRefuse,
  kRemoveReaction,
  kRemoveWaiter,
  kTakeCancel,
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
  /** Cancels on behalf of somebody who waits; an inline coroutine that ends without another wait gives it back. */
  [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean;
  done(): boolean;
  /** Queues `waiter` for when this is done. Only while it is pending. */
  [kAddWaiter](waiter: Runnable): void;
  /** Forgets a waiter that gave up. */
  [kRemoveWaiter](waiter: Runnable): void;
  /** Set by `yield*`, so that a plain `yield future` can be told apart, as in CPython. */
  [kBlocking]: boolean;
}

/** Somebody who waits: the task, or the coroutine method, inside which an `await` is written. */
export interface AwaitingSide {
  readonly [kLoop]: object;
  /** A cancel was asked for and not delivered yet. */
  [kMustCancel]: boolean;
  [kCancelMessage]: string | undefined;
  done(): boolean;
  [kAddReaction](reaction: CancellableReaction): void;
  [kRemoveReaction](reaction: CancellableReaction): void;
  /** Takes the pending cancel as the error to throw after `awaited` was done. */
  [kTakeCancel](awaited: Awaited | null): CancelledError;
  /** Remembers which error carried a cancel into the code. */
  [kNoteDelivered](error: CancelledError): void;
}

/** An `await` in progress, which cancelling its task cancels. */
export interface CancellableReaction {
  /** What is awaited. */
  readonly [kAwaited]: Awaited;
  [kCancelAwaited](message: string | undefined): boolean;
  /** Has it throw an error, after a turn of the loop, instead of what is awaited. */
  [kRefuse](error: RuntimeError): void;
}
