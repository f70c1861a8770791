import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import type { Awaited, AwaitingSide, CancellableReaction } from '../futures/await-seams.js';
import { ForeignFuture, isForeignFuture } from '../futures/foreign-future.js';
import { Future, type FutureLoop } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { CANCELLED, FAILED, FINISHED, PENDING } from '../futures/state.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { Runnable } from '../scheduling/runnable.js';

/** The generator behind a coroutine. @internal */
export type Body = Generator<unknown, unknown, unknown>;

/** A task, as far as what runs on its behalf needs to know it. @internal */
export interface SignalledTask {
  /** Aborts the task's signal; whether somebody listened, and so will bring the cancel into the code. */
  _abortSignal(message: string | undefined): boolean;
  /** Hears which error carried a cancel into the code. */
  _noteDelivered(error: CancelledError): void;
}

/**
 * A future that comes about by running code which itself waits for futures: a task, or a coroutine method under way.
 *
 * The code is either a generator, stepped here (it waits for one future at a time, {@link _awaited}), or an async
 * function, which waits through {@link Reaction}s: one for each `await`, several under `Promise.all`. Cancelling an
 * awaiter cancels what it waits for; if there is nothing to cancel, the cancel stays pending until there is.
 *
 * @internal
 */
export abstract class Awaiter<T> extends Future<T> implements AwaitingSide, Runnable {
  declare _retrieves: boolean;
  _mustCancel = false;
  _body: Body | null = null;
  _awaited: Awaited | null = null;
  // One at a time, but under `Promise.all`.
  #reactions: CancellableReaction | Set<CancellableReaction> | null = null;

  /** The task on whose behalf the code runs: itself, for a task. */
  abstract readonly _task: SignalledTask | null;

  static {
    this.prototype._retrieves = true;
  }

  constructor(loop: FutureLoop | undefined | null) {
    super({ loop });
  }

  override cancel(message?: string | null): boolean {
    if (this._state !== PENDING) return super.cancel(message);
    const reason = message ?? undefined;
    this._cancelRequested(reason);
    if (this._cancelAwaitedNow(reason)) return true;
    this._mustCancel = true;
    this._cancelMessage = reason;
    return true;
  }

  /** Hears of every cancel, before it is delivered. */
  _cancelRequested(_message: string | undefined): void {}

  /** Hears which error carried a cancel into the code. */
  _noteDelivered(_error: CancelledError): void {}

  /** Cancels whatever the code waits for; whether the cancel will arrive that way. */
  _cancelAwaitedNow(message: string | undefined): boolean {
    let delivered = false;
    for (const reaction of waitsIn(this.#reactions)) if (reaction._cancelAwaited(message)) delivered = true;
    // A generator stands at one place; what runs beside it on its behalf does not tell it anything.
    if (this._body !== null) delivered = this._awaited?._cancelFrom(this, message) ?? false;
    return delivered || (this._task?._abortSignal(message) ?? false);
  }

  override _dependsOn(): Future<unknown>[] {
    return [this._awaited, ...waitsIn(this.#reactions).map((reaction) => reaction._awaited)].filter(isFuture);
  }

  _addReaction(reaction: CancellableReaction): void {
    const reactions = this.#reactions;
    if (reactions === null) this.#reactions = reaction;
    else if (reactions instanceof Set) reactions.add(reaction);
    else this.#reactions = new Set([reactions, reaction]);
  }

  _removeReaction(reaction: CancellableReaction): void {
    if (this.#reactions === reaction) this.#reactions = null;
    else if (this.#reactions instanceof Set) this.#reactions.delete(reaction);
  }

  _takeCancel(awaited: Future<unknown> | null): CancelledError {
    this._mustCancel = false;
    const error = cancellationOf(awaited) ?? new CancelledError(this._cancelMessage);
    this._noteDelivered(error);
    return error;
  }

  /** The turn that was queued: go on. */
  abstract _run(): void;

  /** Runs the generator up to its next wait, with the outcome of what it waited for. */
  _step(): void {
    const awaited = this._awaited as Future<unknown> | null;
    this._awaited = null;
    const body = this._body as Body;
    let step: IteratorResult<unknown, unknown>;
    try {
      if (this._mustCancel && awaited?._isInline !== true) {
        awaited?._retrieve();
        step = body.throw(this._takeCancel(awaited));
      } else if (awaited === null || awaited._state === FINISHED) {
        step = body.next(awaited?._value);
      } else if (awaited._state === FAILED) {
        awaited._retrieve();
        if (awaited._value instanceof CancelledError) this._noteDelivered(awaited._value);
        step = body.throw(awaited._value);
      } else {
        const error = awaited._cancellation();
        this._noteDelivered(error);
        step = body.throw(error);
      }
    } catch (error) {
      this._failed(error);
      return;
    }
    if (step.done) this._returned(step.value as T);
    else this._waitFor(step.value);
  }

  /** The code came to its end. */
  _returned(value: T): void {
    this._body = null;
    if (this._mustCancel) {
      // Cancelled right before it stopped: nobody was left to hear of it.
      this._mustCancel = false;
      this._finish(CANCELLED, new CancelledError(this._cancelMessage));
    } else {
      this._finish(FINISHED, value);
    }
  }

  /** The code threw. */
  _failed(error: unknown): void {
    this._body = null;
    if (error instanceof CancelledError) {
      this._cancelMessage = error.message || undefined;
      this._finish(CANCELLED, error);
    } else {
      this._finish(FAILED, error);
    }
  }

  _waitFor(awaited: unknown): void {
    if (awaited === undefined || awaited === null) {
      // A bare yield gives up one turn of the loop.
      enqueue(this._loop, this);
      return;
    }
    if (isForeignFuture(awaited)) {
      awaited = new ForeignFuture(awaited);
      (awaited as Awaited)._blocking = true;
    }
    if (!isFuture(awaited)) {
      throwInto(this, new RuntimeError(`${this} got bad yield: ${describeValue(awaited)}`));
    } else if (!awaited._blocking) {
      throwInto(this, new RuntimeError(`yield was used instead of yield* in ${this} with ${awaited}`));
    } else if (awaited._loop !== this._loop) {
      throwInto(this, new RuntimeError(`${this} got ${awaited}, which is attached to a different loop`));
    } else if (awaited === (this as unknown)) {
      throwInto(this, new RuntimeError(`Task cannot await on itself: ${this}`));
    } else {
      awaited._blocking = false;
      this._awaited = awaited;
      awaited._addWaiter(this);
      if (this._mustCancel && awaited._cancelFrom(this, this._cancelMessage)) this._mustCancel = false;
    }
  }
}

function throwInto(awaiter: Awaiter<unknown>, error: Error): void {
  awaiter._awaited = Future._failedWith(awaiter._loop, error);
  enqueue(awaiter._loop, awaiter);
}

function waitsIn(reactions: CancellableReaction | Set<CancellableReaction> | null): CancellableReaction[] {
  if (reactions === null) return [];
  return reactions instanceof Set ? [...reactions] : [reactions];
}

/** The CancelledError that a future brings by itself: a cancel that comes on top of it changes nothing. */
function cancellationOf(future: Future<unknown> | null): CancelledError | null {
  if (future === null) return null;
  if (future._state === CANCELLED) return future._cancellation();
  return future._state === FAILED && future._value instanceof CancelledError ? future._value : null;
}
