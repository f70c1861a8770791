import type { Context } from '@bight/contextvars';
import { currentRunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop, AbstractFuture, Coroutine } from '@bight/loop-abstract';
import { CancelledError, InvalidStateError } from '@bight/loop-abstract';
import { checkCallback, checkOption, inspectAsText } from '@bight/loop-abstract/validate';
import { inDebugMode } from '../debugging/debug-mode.js';
import { creationStack, pointToUser } from '../debugging/stacks.js';
import {
  kAddWaiter,
  kBegin,
  kCallback,
  kCancelFrom,
  kCancellation,
  kCancelMessage,
  kDependsOn,
  kFailedWith,
  kFinish,
  kHasWaiters,
  kIsAwaiter,
  kIsBlocking,
  kIsInline,
  kKind,
  kLoop,
  kOwner,
  kRemoveWaiter,
  kReplica,
  kRetrieve,
  kSourceTraceback,
  kState,
  kThenReturn,
  kValue,
  kWaiterList,
  kWaiters,
  kWake,
} from '../internals.js';
import { getEventLoop } from '../policy/running-loop.js';
import { enqueue } from '../scheduling/enqueue.js';
import { type Callback, type FutureLoop, Handle } from '../scheduling/handle.js';
import { rememberRun, resumesByHand } from '../scheduling/resumption.js';
import type { Runnable } from '../scheduling/runnable.js';
import type { Awaited, AwaitingSide } from './await-seams.js';
import { awaitingSide } from './foreign-task.js';
import { FutureIterator } from './future-iterator.js';
import { Reaction, ReturnReaction } from './reaction.js';
import { CANCELLED, FAILED, FINISHED, PENDING, type State } from './state.js';
import { forgetUnretrieved, noteUnretrieved } from './unretrieved.js';

const resolved: Promise<unknown> = Promise.resolve();

// In debug mode only: a field would cost every future memory.
const creationStacks = new WeakMap<object, string>();

/**
 * What a future does at its end, for classes that do more then. V8 looks `super[symbol]` up at run time, again at each
 * call, which costs more than all of this.
 *
 * @internal
 */
export let finish: (future: Future<unknown>, state: State, value: unknown) => void;

/**
 * A result that is not there yet.
 *
 * Await it, `yield*` it in a generator coroutine, or add callbacks; callbacks run through the loop, one iteration after
 * the result is set, in the order in which they were added. An exception that is never retrieved is reported to the
 * loop's exception handler when the future is collected, or when the loop closes.
 *
 * Differs in that it is also a thenable with `then`, `catch` and `finally`.
 *
 * @python asyncio.Future
 */
export class Future<T = unknown> implements AbstractFuture<T>, Awaited {
  /** @internal */
  readonly [kLoop]: FutureLoop;
  /** @internal */
  [kState]: State = PENDING;
  /** @internal */
  [kValue]: unknown = undefined;
  /** @internal */
  [kIsBlocking] = false;
  /** @internal */
  [kCancelMessage]: string | undefined = undefined;
  static {
    inspectAsText(this);
    finish = (future, state, value): void => {
      if (state === FAILED) pointToUser(value, creationStacks.get(future));
      future[kState] = state;
      future[kValue] = value;
      const waiters = future[kWaiterList];
      let wasSeen = false;
      if (waiters !== null) {
        future[kWaiterList] = null;
        if (Array.isArray(waiters)) {
          for (const waiter of waiters) {
            future[kWake](waiter);
            if (waiter[kIsAwaiter]) wasSeen = true;
          }
        } else {
          future[kWake](waiters);
          wasSeen = waiters[kIsAwaiter];
        }
      }
      // An awaiter will see the exception; a callback may or may not read it.
      if (state === FAILED && !wasSeen) noteUnretrieved(future);
    };
  }

  /** @internal Nearly every future has one waiter or none. */
  [kWaiterList]: Runnable | Runnable[] | null = null;

  /** @param options.loop - the loop that runs its callbacks; by default the current one */
  constructor(options?: { loop?: FutureLoop | null });
  /** @internal @param isChecked whether a file of this package made the options: then they are not checked. */
  constructor(options: { loop?: FutureLoop | null }, isChecked: true);
  constructor(options?: { loop?: FutureLoop | null }, isChecked = false) {
    const loop = (isChecked ? options! : checkOption(options, 'loop')).loop ?? getEventLoop();
    this[kLoop] = loop;
    if (inDebugMode(loop)) creationStacks.set(this, creationStack());
  }

  /** @internal The stack of where it was made; in debug mode only. */
  get [kSourceTraceback](): string | undefined {
    return creationStacks.get(this);
  }

  /**
   * The loop that the future belongs to.
   *
   * @python asyncio.Future.get_loop()
   */
  getLoop(): AbstractEventLoop {
    return this[kLoop] as AbstractEventLoop;
  }

  /**
   * Whether there is a result or an exception, or the future was cancelled.
   *
   * @python asyncio.Future.done()
   */
  done(): boolean {
    return this[kState] !== PENDING;
  }

  /**
   * Whether the future was cancelled.
   *
   * @python asyncio.Future.cancelled()
   */
  cancelled(): boolean {
    return this[kState] === CANCELLED;
  }

  /**
   * The result.
   *
   * @throws the exception, when one was set
   * @throws {CancelledError} when the future was cancelled
   * @throws {InvalidStateError} when it is pending
   * @python asyncio.Future.result()
   */
  result(): T {
    switch (this[kState]) {
      case FINISHED:
        return this[kValue] as T;
      case FAILED:
        this[kRetrieve]();
        throw this[kValue];
      case CANCELLED:
        throw this[kCancellation]();
      default:
        throw new InvalidStateError('Result is not set.');
    }
  }

  /**
   * The exception that was set, or `null`.
   *
   * @throws {CancelledError} when the future was cancelled
   * @throws {InvalidStateError} when it is pending
   * @python asyncio.Future.exception()
   */
  exception(): Error | null {
    switch (this[kState]) {
      case FINISHED:
        return null;
      case FAILED:
        this[kRetrieve]();
        return this[kValue] as Error;
      case CANCELLED:
        throw this[kCancellation]();
      default:
        throw new InvalidStateError('Exception is not set.');
    }
  }

  /**
   * Sets the result and schedules the callbacks.
   *
   * @throws {InvalidStateError} when the future is done
   * @python asyncio.Future.set_result()
   */
  setResult(result: T): void {
    if (this[kState] !== PENDING) throw new InvalidStateError(`invalid state: ${this}`);
    this[kFinish](FINISHED, result);
  }

  /**
   * Sets an exception and schedules the callbacks.
   *
   * @param exception - what `await` will throw: usually an `Error`; an error class is instantiated
   * @throws {InvalidStateError} when the future is done
   * @throws {TypeError} when there is no exception
   * @python asyncio.Future.set_exception()
   */
  setException(exception: unknown): void {
    if (this[kState] !== PENDING) throw new InvalidStateError(`invalid state: ${this}`);
    this[kFinish](FAILED, asException(exception));
  }

  /**
   * Cancels the future and schedules the callbacks.
   *
   * @param message - the message of the CancelledError
   * @returns whether it was cancelled: `false` if it was done already
   * @python asyncio.Future.cancel()
   */
  cancel(message?: string | null): boolean {
    if (this[kState] === FAILED) this[kRetrieve]();
    if (this[kState] !== PENDING) return false;
    this[kCancelMessage] = message ?? undefined;
    this[kFinish](CANCELLED, undefined);
    return true;
  }

  /** @internal Whether its end is no wake-up of its awaiter's task, but a return within one. */
  get [kIsInline](): boolean {
    return false;
  }

  /** @internal Cancels on behalf of an awaiter. */
  [kCancelFrom](_awaiter: AwaitingSide, message: string | undefined): boolean {
    return this.cancel(message);
  }

  /**
   * Adds a callback that is called with the future once it is done: through the loop, also when it is done already.
   *
   * @param options.context - the context to run in; by default a copy of the current one
   * @python asyncio.Future.add_done_callback()
   */
  addDoneCallback(callback: (future: this) => unknown, options?: { context?: Context | null }): void {
    checkOption(options, 'context');
    checkCallback(callback, 'callback');
    if (this[kState] === PENDING) {
      const isInDebugMode = creationStacks.has(this);
      this[kAddWaiter](
        new Handle(callback as Callback, [this], this[kLoop], options?.context, isInDebugMode),
      );
    } else {
      this[kLoop].callSoon(callback as (future: unknown) => unknown, [this], { context: options?.context });
    }
  }

  /**
   * Removes a callback.
   *
   * @returns how many were removed
   * @python asyncio.Future.remove_done_callback()
   */
  removeDoneCallback(callback: (future: this) => unknown): number {
    return dropWaiters(this, (entry) => entry instanceof Handle && entry[kCallback] === callback);
  }

  /** Calls back through one callback of the loop, or in a microtask when the future is done already. */
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    if (this[kState] === FINISHED) return afterwards(this[kValue] as T, onFulfilled, onRejected);
    const current = currentRunContext();
    const awaiter = current === undefined ? null : awaitingSide(current.task, this[kLoop]);
    const reaction = new Reaction<T, R1, R2>(this, awaiter, onFulfilled, onRejected);
    if (resumesByHand) rememberRun(reaction, current);
    reaction[kBegin]();
    return reaction;
  }

  /** @internal {@link then} by a coroutine function that has returned this: the code that runs waits for it. */
  [kThenReturn](onFulfilled: (value: T) => void, onRejected: (reason: unknown) => void): void {
    const awaiter = awaitingSide(currentRunContext()?.task ?? null, this[kLoop]);
    new ReturnReaction<T>(this, awaiter, onFulfilled, onRejected)[kBegin]();
  }

  /** As `Promise.prototype.catch`. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this.then(undefined, onRejected);
  }

  /** As `Promise.prototype.finally`. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }

  /** Waits in a generator coroutine: `const value = yield* future`. */
  [Symbol.iterator](): Coroutine<T> {
    return new FutureIterator<T>(this) as unknown as Coroutine<T>;
  }

  get [Symbol.toStringTag](): string {
    return 'Future';
  }

  /** A short description, for messages. */
  toString(): string {
    return `<${this.constructor.name} ${['pending', 'cancelled', 'finished', 'finished with an exception'][this[kState]]}>`;
  }

  /** @internal What waits for this, before everything else that does. */
  get [kOwner](): object | null {
    const waiters = this[kWaiterList];
    return Array.isArray(waiters) ? (waiters[0] ?? null) : waiters;
  }

  /** @internal Whether something waits for this. */
  get [kHasWaiters](): boolean {
    return this[kWaiterList] !== null;
  }

  /** @internal What waits for this. */
  get [kWaiters](): readonly Runnable[] {
    const waiters = this[kWaiterList];
    if (waiters === null) return [];
    return Array.isArray(waiters) ? waiters : [waiters];
  }

  /** @internal */
  [kAddWaiter](waiter: Runnable): void {
    const waiters = this[kWaiterList];
    if (waiters === null) this[kWaiterList] = waiter;
    else if (Array.isArray(waiters)) waiters.push(waiter);
    else this[kWaiterList] = [waiters, waiter];
  }

  /** @internal */
  [kRemoveWaiter](waiter: Runnable): void {
    dropWaiters(this, (entry) => entry === waiter);
  }

  /**
   * The error that a cancelled future throws. Each caller gets an error of its own (the first that of the coroutine
   * that raised it, if one did), as in CPython: on its way out of a block it may become another error, see
   * `replaceInFlight`.
   *
   * @internal
   */
  [kCancellation](): CancelledError {
    const raised = this[kValue] as CancelledError | undefined;
    this[kValue] = undefined;
    const error = raised ?? new CancelledError(this[kCancelMessage]);
    pointToUser(error, creationStacks.get(this));
    return error;
  }

  /** @internal Marks an exception as retrieved. */
  [kRetrieve](): void {
    if (this[kState] === FAILED) forgetUnretrieved(this);
  }

  /** @internal The futures that this one depends on. */
  [kDependsOn](): Iterable<Future<unknown>> {
    return [];
  }

  /** @internal */
  get [kKind](): string {
    return 'Future';
  }

  /** @internal A finished future with the same outcome, whose exception counts as retrieved. */
  [kReplica](): Future<T> {
    const replica = new Future<T>({ loop: this[kLoop] }, true);
    replica[kState] = this[kState];
    replica[kValue] = this[kValue];
    const text = this.toString();
    replica.toString = () => text;
    const stack = creationStacks.get(this);
    if (stack !== undefined) creationStacks.set(replica, stack);
    return replica;
  }

  /** @internal A future that has failed already, and whose exception is about to be thrown. */
  static [kFailedWith](loop: FutureLoop, error: unknown): Future<never> {
    const future = new Future<never>({ loop }, true);
    future[kState] = FAILED;
    future[kValue] = error;
    return future;
  }

  /** @internal Ends, and schedules what waits. */
  [kFinish](state: State, value: unknown): void {
    finish(this, state, value);
  }

  /** @internal Gives one waiter its turn: on a later iteration, as every callback of a future. */
  [kWake](waiter: Runnable): void {
    enqueue(this[kLoop], waiter);
  }
}

/** Forgets waiters. @returns how many */
function dropWaiters(future: Future<unknown>, drop: (entry: Runnable) => boolean): number {
  const waiters = future[kWaiterList];
  if (waiters === null) return 0;
  const entries = Array.isArray(waiters) ? waiters : [waiters];
  const kept = entries.filter((entry) => !drop(entry));
  future[kWaiterList] = kept.length > 1 ? kept : (kept[0] ?? null);
  return entries.length - kept.length;
}

/** What a reaction would do for a future that has its result already, at a lower price. */
function afterwards<T, R1, R2>(
  value: T,
  onFulfilled: ((value: T) => R1 | PromiseLike<R1>) | null | undefined,
  onRejected: ((reason: unknown) => R2 | PromiseLike<R2>) | null | undefined,
): Promise<R1 | R2> {
  if (value === undefined) return (resolved as Promise<T>).then(onFulfilled, onRejected);
  return resolved.then(() => (typeof onFulfilled === 'function' ? onFulfilled(value) : (value as never)));
}

function asException(exception: unknown): unknown {
  if (exception === undefined || exception === null) {
    throw new TypeError(`exception must be an error, not ${exception}`);
  }
  if (typeof exception === 'function') {
    if (exception.prototype instanceof Error || exception === Error)
      return new (exception as new () => Error)();
    throw new TypeError(`exception must be an error, not ${exception.name || 'a function'}`);
  }
  return exception;
}
