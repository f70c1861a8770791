import {
  type Carrier,
  capture,
  captureOthers,
  contextIn,
  currentRunContext,
  type RunContext,
  runContext,
  runIn,
  runInCarrier,
} from '@bight/contextvars/low-level';
import type { CancelledError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { adopt } from '../futures/adopt.js';
import type { AwaitingSide } from '../futures/await-seams.js';
import { levels } from '../futures/cancelled-scopes.js';
import type { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { isThenable } from '../futures/is-thenable.js';
import {
  kBlock,
  kBody,
  kCancelFrom,
  kCarrier,
  kEndWith,
  kFailed,
  kFailWith,
  kForgetCancel,
  kForgetCancelFrom,
  kIsAwaiter,
  kIsInline,
  kIsLibrary,
  kKind,
  kLender,
  kLoop,
  kNoteDelivered,
  kOwner,
  kPending,
  kReturned,
  kRun,
  kStep,
  kTask,
  kThenReturn,
  kWake,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { resumeIn, resumesByHand } from '../scheduling/resumption.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import { Awaiter, type Body, failed, type OwningTask, returned } from './awaiter.js';
import { cancelBehind } from './cancel-cause.js';
import { isGenerator, isGeneratorFunction } from './coroutine-kinds.js';
import { refusalFor } from './refused-call.js';
import { releaseRunContext } from './release-run-context.js';

/**
 * A coroutine method under way. It costs what awaiting a coroutine costs in Python: its body runs at once in the
 * caller's context, up to its first wait; and when it ends, its awaiters go on in the same callback.
 *
 * @internal
 */
export class Coroutine<T> extends Awaiter<T> {
  readonly [kTask]: OwningTask | null;
  [kCarrier]: Carrier | null = null;
  /** What has passed its cancel on to this. */
  [kLender]: AwaitingSide | null = null;

  static {
    this.prototype[kIsLibrary] = true;
  }

  constructor(loop: FutureLoop, caller: Awaiter<unknown> | null) {
    super(loop);
    this[kTask] = caller?.[kTask] ?? null;
    this[kBlock] = caller?.[kBlock] ?? null;
  }

  override get [kKind](): string {
    return 'Coroutine';
  }

  override get [kOwner](): object | null {
    return this[kTask] ?? super[kOwner];
  }

  /** What reaches this code reaches its task. */
  override [kNoteDelivered](error: CancelledError): void {
    super[kNoteDelivered](error);
    this[kTask]?.[kNoteDelivered](error);
  }

  override get [kIsInline](): boolean {
    return true;
  }

  override [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean {
    this[kLender] = awaiter;
    return this.cancel(message);
  }

  [kForgetCancelFrom](awaiter: AwaitingSide): void {
    if (this[kLender] === awaiter) this[kForgetCancel]();
  }

  override [kReturned](value: T): void {
    this[kEndWith](value);
  }

  override [kFailed](error: unknown): void {
    this[kFailWith](error);
  }

  /** What overrides of {@link kReturned} call: the engine looks `super[symbol]` up anew at each call, which is slow. */
  [kEndWith](value: T): void {
    releaseRunContext(this);
    giveBack(this, this[kBody] === null);
    returned(this, value);
  }

  /** The same for {@link kFailed}. */
  [kFailWith](error: unknown): void {
    releaseRunContext(this);
    giveBack(this, this[kBody] === null, cancelBehind(error) !== null);
    failed(this, error);
  }

  [kRun](): void {
    if (this[kCarrier] === null) this[kStep]();
    else runInCarrier(this[kCarrier], step, this, undefined);
  }

  /** Awaiters go on now, as the code behind an `await` does; callbacks take their turn, as all callbacks do. */
  override [kWake](waiter: Runnable): void {
    // A twin of those of `InlineWait` and `TurnFuture`: they have only `Future` in common, which wakes in another
    // way, and a function that they shared would be one place in which V8 sees the waiters of all three.
    if (waiter[kIsAwaiter]) waiter[kRun]();
    else enqueue(this[kLoop], waiter);
  }
}

/** A cancel of the awaiter's that the code in here has not met is still to come at the awaiter's next wait. */
function giveBack(under: Coroutine<unknown>, isAsync: boolean, isMet = false): void {
  const pending = under[kPending];
  const lender = under[kLender] as Awaiter<unknown> | null;
  if (pending === null || lender === null) return;
  pending.isAsked = false;
  if (!isMet && !(isAsync && pending.isArriving)) lender[kPending]?.note(under, false);
}

function step(this: { [kStep](): void }): void {
  this[kStep]();
}

/**
 * The body of a coroutine method: a generator function, or an async function; or a generator that has not begun, which
 * costs least, since no run context has to be entered to find out what a function returns.
 */
export type CoroutineBody<T> =
  | Generator<unknown, T, unknown>
  | (() => Generator<unknown, T, unknown> | PromiseLike<T>);

/** The code of a user, run as a part of a coroutine method: in a cancelled scope each of its waits throws. @internal */
export class BodyCoroutine<T> extends Coroutine<T> {
  static {
    this.prototype[kIsLibrary] = false;
  }
}

/** How a coroutine method runs. */
export interface CoroutineOptions {
  /**
   * Whether the body is the user's code. Then each of its waits throws while a scope around it is cancelled; the
   * library's own code is reached once, so that it can clean up.
   */
  isUserCode?: boolean;
  /** Whether it begins also in a scope that is cancelled; by default it is refused there, and has then done nothing. */
  beginsAnyway?: boolean;
  /**
   * Whether later steps of a generator body run in the caller's context, too. Needed when the body calls code of the
   * user's; bodies that only move the library's own state are cheaper without. Async functions always keep theirs.
   */
  keepsContext?: boolean;
}

/**
 * Starts a coroutine method: runs `body` now, up to its first wait, and returns the future under way.
 *
 * Awaiting it costs no turn of the loop when nothing had to be waited for; otherwise the awaiter resumes in the same
 * callback that resumed the body. Cancelling it, from outside or through the task that awaits it, cancels what the body
 * waits for, so that a CancelledError is thrown there.
 *
 * @param loop - any loop that schedules
 * @param body - waits with `yield* future` (generator functions) or `await future` (async functions)
 * @returns the future of what the body returns; it fails with what the body throws
 */
export function coroutine<T>(
  loop: FutureLoop,
  body: CoroutineBody<T>,
  options?: CoroutineOptions,
): Future<T> {
  const current = currentRunContext();
  const awaiter = current === undefined ? null : (current.task as Awaiter<unknown> | null);
  if (levels.cancelled > 0 && options?.beginsAnyway !== true && options?.isUserCode !== true) {
    const refusal = refusalFor<T>(awaiter, loop);
    if (refusal !== null) return refusal;
  }
  const under =
    options?.isUserCode === true ? new BodyCoroutine<T>(loop, awaiter) : new Coroutine<T>(loop, awaiter);
  // Code that calls a coroutine method is about to await it, in microtasks, unless it is a generator.
  if (awaiter === null || awaiter[kBody] === null) turn.resumed = true;
  if (isGenerator(body) || isGeneratorFunction(body)) {
    if (options?.keepsContext === true) under[kCarrier] = capture();
    under[kBody] = (typeof body === 'function' ? body() : body) as Body;
    under[kStep]();
  } else {
    startInside(under as Coroutine<never>, body as () => unknown, current, startCoroutine);
  }
  return under;
}

/**
 * The body waits in a run context of its own, so that its awaits are this coroutine's and not the whole task's.
 *
 * @param current - the current one
 * @param start - calls the body
 * @internal
 */
export function startInside<C extends Coroutine<never>, B>(
  under: C,
  body: B,
  current: RunContext | undefined,
  start: (this: C, body: B) => void,
): void {
  const inside = runContext(contextIn(current), under[kLoop], under);
  if (resumesByHand) resumeIn(inside);
  // The body is its argument: this is called often, and a closure would be made for each call.
  runIn(captureOthers(current), inside, start, under, body);
  // What the caller awaits comes after the first wait of the body.
  if (resumesByHand) resumeIn(currentRunContext());
}

/** Calls a coroutine function, and follows what it returns. @internal */
export function startCoroutine(this: Coroutine<never>, body: () => unknown): void {
  let started: unknown;
  try {
    started = body();
  } catch (error) {
    this[kFailed](error);
    return;
  }
  follow(this, started);
}

/** Lets what a coroutine function has returned decide how a coroutine ends. @internal */
export function follow(under: Coroutine<never>, started: unknown): void {
  if (isGenerator(started)) stepFrom(under, started);
  else drive(under, started);
}

/** The same for what a function of any kind has returned. @internal */
export function followAny(under: Coroutine<never>, started: unknown): void {
  if (typeof started !== 'object' || started === null) under[kReturned](started as never);
  else if (isGenerator(started)) stepFrom(under, started);
  else if (isThenable(started)) drive(under, started);
  else under[kReturned](started as never);
}

function stepFrom(under: Coroutine<never>, body: Body): void {
  under[kCarrier] = capture();
  under[kBody] = body;
  under[kStep]();
}

/** Lets the promise, or the generator, that a function returned decide how an awaiter ends. @internal */
export function drive<T>(awaiter: Awaiter<T>, started: unknown): void {
  if (isGenerator(started)) {
    awaiter[kBody] = started;
    awaiter[kStep]();
    return;
  }
  const promise = adopt(started);
  if (promise !== null) {
    turn.resumed = true;
    const fulfilled = (value: unknown): void => awaiter[kReturned](value as T);
    const rejected = (error: unknown): void => awaiter[kFailed](error);
    if (isFuture(promise)) promise[kThenReturn](fulfilled, rejected);
    else promise.then(fulfilled, rejected);
  } else {
    const shown = describeValue(started);
    awaiter[kFailed](
      new TypeError(`a coroutine function must return a promise or a generator; this one returned ${shown}`),
    );
  }
}
