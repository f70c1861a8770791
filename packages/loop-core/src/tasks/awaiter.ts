import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { refuseCycle } from '../futures/await-cycle.js';
import type { Awaited, AwaitingSide, CancellableReaction } from '../futures/await-seams.js';
import { levels } from '../futures/cancelled-scopes.js';
import { ForeignFuture, isForeignFuture } from '../futures/foreign-future.js';
import { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { selfAwait } from '../futures/refused-await.js';
import { forgetReplaced } from '../futures/replaced-errors.js';
import { CANCELLED, FAILED, FINISHED, PENDING } from '../futures/state.js';
import {
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kBlock,
  kBody,
  kCancelFrom,
  kCancellation,
  kCancelMessage,
  kCancelRequested,
  kDeliver,
  kDeliverFromScope,
  kDeliverIn,
  kDependsOn,
  kFailed,
  kFailedWith,
  kFinish,
  kForgetCancel,
  kForgetCancelFrom,
  kForgetCancelOf,
  kInnermostBlock,
  kIsAwaiter,
  kIsBlocking,
  kIsInline,
  kIsLibrary,
  kIsWait,
  kLoop,
  kNoteDelivered,
  kPending,
  kPendingCancel,
  kReactions,
  kRefuse,
  kRefuseWait,
  kReleaseAwaiter,
  kReleaseReactions,
  kRemoveReaction,
  kRemoveWaiter,
  kRetrieve,
  kReturned,
  kRun,
  kSoleWait,
  kState,
  kStep,
  kTakeCancel,
  kTask,
  kValue,
  kWaitBegan,
  kWaitEnded,
  kWaitFor,
  kWaits,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import type { Runnable } from '../scheduling/runnable.js';
import { CancelBlock } from './cancel-block.js';
import { cancelBehind } from './cancel-cause.js';
import { currentDelivery, Delivery, deliver, PendingCancel, scopeUnderWay } from './pending-cancel.js';
import { quietUnhandledCancels } from './unhandled-cancels.js';

/** The generator behind a coroutine. @internal */
export type Body = Generator<unknown, unknown, unknown>;

/** A task, as far as what runs on its behalf needs to know it. @internal */
export interface OwningTask {
  /** Notes which error carried a cancel into the code. */
  [kNoteDelivered](error: CancelledError): void;
}

/**
 * A future that comes about by running code which itself waits for futures: a task, or a coroutine method under way.
 *
 * The code is either a generator, stepped here (it waits for one future at a time, {@link kAwaited}), or an async
 * function, which waits through {@link Reaction}s: one for each `await`, several under `Promise.all`. Cancelling an
 * awaiter cancels what it waits for; until the code has met it, the cancel stays pending, see {@link PendingCancel}.
 *
 * @internal
 */
export abstract class Awaiter<T> extends Future<T> implements AwaitingSide, Runnable {
  declare [kIsAwaiter]: boolean;
  /** Whether the code is the library's own, which a cancelled scope reaches once, and not at each of its waits. */
  declare [kIsLibrary]: boolean;
  [kPending]: PendingCancel | null = null;
  [kBody]: Body | null = null;
  [kAwaited]: Awaited | null = null;
  /** The innermost block that the code has begun, or that it lies in. */
  [kBlock]: CancelBlock | null = null;
  /** One at a time, but under `Promise.all`. */
  [kReactions]: CancellableReaction | Set<CancellableReaction> | null = null;

  /** The task on whose behalf the code runs: itself, for a task. */
  abstract readonly [kTask]: OwningTask | null;

  static {
    this.prototype[kIsAwaiter] = true;
    this.prototype[kIsLibrary] = false;
  }

  constructor(loop: FutureLoop | undefined | null) {
    super({ loop }, true);
  }

  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return super.cancel(message);
    const reason = message ?? undefined;
    quietUnhandledCancels();
    this[kCancelRequested](reason);
    // A task is cancelled as a whole, whatever cancels it.
    const delivery = (this[kTask] as object | null) === this ? new Delivery(null) : currentDelivery();
    deliver(delivery, () => this[kDeliver](reason));
    return true;
  }

  /** Called with every cancel, before it is delivered. */
  [kCancelRequested](_message: string | undefined): void {}

  /** Remembers which error carried a cancel into the code. */
  [kNoteDelivered](error: CancelledError): void {
    for (
      let block = this[kBlock];
      block !== null && block.runner === (this as Awaiter<unknown>);
      block = block.parent
    )
      block.lastDelivered = error;
    if (levels.cancelled > 0) CancelBlock.explain(this[kBlock], error);
  }

  /** The innermost block that is still open. */
  [kInnermostBlock](): CancelBlock | null {
    let block = this[kBlock];
    while (block?.isLeft) block = block.parent;
    return block;
  }

  /** Sends a cancel of the whole to whatever the code waits for. */
  [kDeliver](message: string | undefined): void {
    const pending = this[kPendingCancel](message);
    pending.isAsked = true;
    if (scopeUnderWay() === null) pending.isAskedByTask = true;
    send(this, message, null);
  }

  /** Sends the cancel of a scope around the whole. */
  [kDeliverFromScope](message: string | undefined): void {
    if (this[kState] !== PENDING) return;
    this[kPendingCancel](message);
    send(this, message, null);
  }

  /** Sends the cancel of a block to whatever its code waits for. */
  [kDeliverIn](block: CancelBlock, message: string | undefined): void {
    if (this[kState] !== PENDING) return;
    this[kPendingCancel](message).blocks.add(block);
    send(this, message, block);
  }

  [kPendingCancel](message: string | undefined): PendingCancel {
    const delivery = currentDelivery();
    this[kPending] ??= new PendingCancel(delivery);
    this[kPending].renew(delivery, message);
    return this[kPending];
  }

  /** Forgets a cancel that was taken back; a block that is being cancelled stays so. */
  [kForgetCancel](): void {
    const pending = this[kPending];
    if (pending === null) return;
    pending.isAsked = false;
    pending.isAskedByTask = false;
    if (pending.blocks.size > 0) {
      pending.withdrawn();
      return;
    }
    this[kPending] = null;
    for (const { [kAwaited]: awaited } of this[kWaits]()) awaited[kForgetCancelFrom]?.(this);
    this[kAwaited]?.[kForgetCancelFrom]?.(this);
  }

  /** Forgets what a block has not met, which is over. */
  [kForgetCancelOf](block: CancelBlock): void {
    const pending = this[kPending];
    if (pending?.blocks.delete(block) !== true) return;
    if (!pending.isAsked && pending.blocks.size === 0) this[kPending] = null;
    else pending.withdrawn();
  }

  override [kDependsOn](): Future<unknown>[] {
    return [this[kAwaited], ...this[kWaits]().map((reaction) => reaction[kAwaited])].filter(isFuture);
  }

  [kAddReaction](reaction: CancellableReaction): void {
    const reactions = this[kReactions];
    if (reactions === null) this[kReactions] = reaction;
    else if (reactions instanceof Set) reactions.add(reaction);
    else this[kReactions] = new Set([reactions, reaction]);
  }

  [kRemoveReaction](reaction: CancellableReaction): void {
    if (this[kReactions] === reaction) this[kReactions] = null;
    else if (this[kReactions] instanceof Set) this[kReactions].delete(reaction);
  }

  /**
   * The code has ended: no callback that it has added to a future keeps this alive. What it has begun can still be
   * read.
   */
  [kReleaseReactions](): void {
    if (this[kReactions] === null) return;
    for (const reaction of this[kWaits]()) reaction[kReleaseAwaiter]();
  }

  /** What the code waits for; `undefined` if that is several things, under `Promise.all`. */
  get [kSoleWait](): Awaited | null | undefined {
    const reactions = this[kReactions];
    if (reactions === null) return this[kAwaited];
    return reactions instanceof Set || this[kAwaited] !== null ? undefined : reactions[kAwaited];
  }

  [kRefuseWait](future: Awaited, error: RuntimeError): void {
    if (this[kAwaited] === future) {
      future[kRemoveWaiter](this);
      throwInto(this, error);
    }
    for (const reaction of this[kWaits]()) if (reaction[kAwaited] === future) reaction[kRefuse](error);
  }

  /** The `await`s in progress, and what else has called `then()`. */
  [kWaits](): CancellableReaction[] {
    const reactions = this[kReactions];
    if (reactions === null) return [];
    return reactions instanceof Set ? [...reactions] : [reactions];
  }

  /** An `await` begins while a cancel is pending, or while there are cancelled scopes. */
  [kWaitBegan](reaction: CancellableReaction): void {
    const pending = this[kPending];
    if (!reaction[kIsWait]) return;
    const awaited = reaction[kAwaited];
    if (pending !== null) {
      // The code goes on because the cancel has come to it: from here on it waits like any other code.
      if (this[kBody] === null && pending.isArriving) this[kPending] = null;
      else {
        quietUnhandledCancels();
        sendOn(this, pending, awaited);
        return;
      }
    }
    if (isInCancelledScope(this)) cancelOnSight(this, awaited);
  }

  /** An `await` ends while a cancel is pending: the error to throw there instead of its outcome, if any. */
  [kWaitEnded](reaction: CancellableReaction): CancelledError | null {
    const pending = this[kPending];
    if (pending === null || !reaction[kIsWait]) return null;
    const awaited = reaction[kAwaited];
    if (pending.wasSentTo(awaited)) {
      pending.open(this[kLoop]);
      return null;
    }
    // An inline coroutine that ends is no wake-up of its caller; the caller's next wait is.
    if (awaited[kIsInline]) return null;
    pending.open(this[kLoop]);
    return this[kTakeCancel](awaited as Future<unknown>);
  }

  [kTakeCancel](awaited: Future<unknown> | null): CancelledError {
    const error = cancellationOf(awaited) ?? new CancelledError(this[kPending]?.message);
    this[kNoteDelivered](error);
    return error;
  }

  /** The turn that was queued: go on. */
  abstract [kRun](): void;

  /** Runs the generator up to its next wait, with the outcome of what it waited for. */
  [kStep](): void {
    const awaited = this[kAwaited] as Future<unknown> | null;
    this[kAwaited] = null;
    const body = this[kBody] as Body;
    const pending = this[kPending];
    let step: IteratorResult<unknown, unknown>;
    try {
      if (pending !== null && throwsNow(this, pending, awaited)) {
        awaited?.[kRetrieve]();
        const error = this[kTakeCancel](awaited);
        this[kPending] = null;
        step = body.throw(error);
      } else if (awaited === null || awaited[kState] === FINISHED) {
        step = body.next(awaited?.[kValue]);
      } else if (awaited[kState] === FAILED) {
        awaited[kRetrieve]();
        if (awaited[kValue] instanceof CancelledError) this[kNoteDelivered](awaited[kValue]);
        step = body.throw(awaited[kValue]);
      } else {
        const error = awaited[kCancellation]();
        this[kNoteDelivered](error);
        step = body.throw(error);
      }
    } catch (error) {
      this[kFailed](error);
      return;
    }
    if (step.done) this[kReturned](step.value as T);
    else this[kWaitFor](step.value);
  }

  /** The code came to its end. */
  [kReturned](value: T): void {
    returned(this, value);
  }

  /** The code threw. */
  [kFailed](error: unknown): void {
    failed(this, error);
  }

  [kWaitFor](awaited: unknown): void {
    waitOn(this, awaited);
  }
}

// The parts that subclasses extend. These are functions because V8 looks `super[symbol]` up at run time, again at each
// call.

/** The code of an awaiter came to its end. @internal */
export function returned(awaiter: Awaiter<unknown>, value: unknown): void {
  const isAsync = awaiter[kBody] === null;
  const pending = awaiter[kPending];
  awaiter[kBody] = null;
  awaiter[kPending] = null;
  awaiter[kReleaseReactions]();
  if (pending?.isAsked && !(isAsync && pending.isArriving)) {
    // Cancelled, and nothing was left to meet it.
    awaiter[kFinish](CANCELLED, new CancelledError(pending.message));
  } else {
    awaiter[kFinish](FINISHED, value);
  }
}

/** The code of an awaiter threw. @internal */
export function failed(awaiter: Awaiter<unknown>, error: unknown): void {
  awaiter[kBody] = null;
  awaiter[kPending] = null;
  awaiter[kReleaseReactions]();
  forgetReplaced(error);
  const cancelled = cancelBehind(error);
  if (cancelled === null) {
    awaiter[kFinish](FAILED, error);
    return;
  }
  awaiter[kCancelMessage] = cancelled.message || undefined;
  awaiter[kFinish](
    CANCELLED,
    cancelled === error ? error : new CancelledError(cancelled.message, { cause: error }),
  );
}

/** The generator of an awaiter has yielded. @internal */
export function waitOn(awaiter: Awaiter<unknown>, awaited: unknown): void {
  if (awaited === undefined || awaited === null) {
    // A bare yield gives up one turn of the loop.
    if (isInCancelledScope(awaiter)) awaiter[kPendingCancel](undefined);
    enqueue(awaiter[kLoop], awaiter);
    return;
  }
  if (isForeignFuture(awaited)) {
    awaited = new ForeignFuture(awaited);
    (awaited as Awaited)[kIsBlocking] = true;
  }
  if (!isFuture(awaited)) {
    throwInto(awaiter, new RuntimeError(`${awaiter} got bad yield: ${describeValue(awaited)}`));
  } else if (!awaited[kIsBlocking]) {
    throwInto(awaiter, new RuntimeError(`yield was used instead of yield* in ${awaiter} with ${awaited}`));
  } else if (awaited[kLoop] !== awaiter[kLoop]) {
    throwInto(awaiter, new RuntimeError(`${awaiter} got ${awaited}, which is attached to a different loop`));
  } else {
    const refusal = awaited === (awaiter as unknown) ? selfAwait(awaiter) : refuseCycle(awaiter, awaited);
    if (refusal !== null) {
      throwInto(awaiter, refusal);
      return;
    }
    awaited[kIsBlocking] = false;
    awaiter[kAwaited] = awaited;
    awaited[kAddWaiter](awaiter);
    if (awaiter[kPending] !== null) sendOn(awaiter, awaiter[kPending], awaited);
    else if (isInCancelledScope(awaiter)) cancelOnSight(awaiter, awaited);
  }
}

/** Sends a cancel, of a block or of the whole, to whatever the code waits for. */
function send(awaiter: Awaiter<unknown>, message: string | undefined, block: CancelBlock | null): void {
  const pending = awaiter[kPending] as PendingCancel;
  const shield = pending.delivery.scope === null ? null : outermostShield(awaiter, block);
  for (const reaction of awaiter[kWaits]()) {
    if (!reaction[kIsWait] || block?.covers(reaction) === false || shield?.covers(reaction) === true)
      continue;
    quietUnhandledCancels();
    pending.note(reaction[kAwaited], reaction[kAwaited][kCancelFrom](awaiter, message));
  }
  const awaited = awaiter[kAwaited];
  if (awaiter[kBody] !== null && awaited !== null)
    pending.note(awaited, awaited[kCancelFrom](awaiter, message));
}

/** The outermost shielded part of the code, inside of `inside`. */
function outermostShield(awaiter: Awaiter<unknown>, inside: CancelBlock | null): CancelBlock | null {
  let shield: CancelBlock | null = null;
  for (
    let block = awaiter[kBlock];
    block !== null && block !== inside && block.runner === awaiter;
    block = block.parent
  ) {
    if (block.isPart && block.isShield && !block.isLeft) shield = block;
  }
  return shield;
}

/** A generator waits at one place, so the outcome of a cancel is known. */
function throwsNow(
  awaiter: Awaiter<unknown>,
  pending: PendingCancel,
  awaited: Future<unknown> | null,
): boolean {
  if (awaited === null) return true;
  if (pending.wasSentTo(awaited)) {
    awaiter[kPending] = null;
    return false;
  }
  return !awaited[kIsInline];
}

/**
 * Sends a pending cancel to what a wait has begun for: apart from there, where a closure would cost each wait an
 * object.
 */
function sendOn(awaiter: Awaiter<unknown>, pending: PendingCancel, awaited: Awaited): void {
  deliver(pending.delivery, () => pending.note(awaited, awaited[kCancelFrom](awaiter, pending.message)));
}

function isInCancelledScope(awaiter: Awaiter<unknown>): boolean {
  return levels.cancelled > 0 && !awaiter[kIsLibrary] && CancelBlock.isLevelCancelled(awaiter[kBlock]);
}

function cancelOnSight(awaiter: Awaiter<unknown>, awaited: Awaited): void {
  quietUnhandledCancels();
  deliver(new Delivery(awaiter[kBlock]), () => awaited[kCancelFrom](awaiter, undefined));
}

function throwInto(awaiter: Awaiter<unknown>, error: Error): void {
  awaiter[kAwaited] = Future[kFailedWith](awaiter[kLoop], error);
  enqueue(awaiter[kLoop], awaiter);
}

/** The CancelledError that a future brings by itself: a cancel that comes on top of it changes nothing. */
function cancellationOf(future: Future<unknown> | null): CancelledError | null {
  if (future === null) return null;
  if (future[kState] === CANCELLED) return future[kCancellation]();
  return future[kState] === FAILED && future[kValue] instanceof CancelledError ? future[kValue] : null;
}
