/// <reference lib="esnext.disposable" preserve="true" />
import { currentRunContext } from '@bight/contextvars/low-level';
import {
  type AbstractEventLoop,
  type Coroutine,
  type Handle,
  RuntimeError,
  TimeoutError,
} from '@bight/loop-abstract';
import { checkCallback, checkOptions, checkSeconds, typeError } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import {
  kArm,
  kBlock,
  kFailed,
  kInnermostBlock,
  kIsCancelledFromOutside,
  kIsDue,
  kLeave,
  kLeaveUsing,
  kLoop,
  kMakeRun,
  kPrepare,
  kReturned,
} from '../internals.js';
import { getRunningLoop, getRunningLoopIn, runningLoop } from '../policy/running-loop.js';
import { inPlace, reserveTimer } from '../scheduling/timer-place.js';
import type { Awaiter } from '../tasks/awaiter.js';
import { makeRun, runAnyInBlock } from '../tasks/block-run.js';
import { CancelBlock } from '../tasks/cancel-block.js';
import { cancelBehind } from '../tasks/cancel-cause.js';
import { awaiterIn, currentAwaiter } from '../tasks/current-task.js';
import { replaceInFlight } from './replace-in-flight.js';

const OPTIONS = ['deadline', 'shield'] as const;
const SHIELD = ['shield'] as const;

const NEVER = Number.POSITIVE_INFINITY;

/** How a scope is made. */
export interface CancelScopeOptions {
  /** When it is cancelled by itself: **seconds**, on the loop's clock. */
  deadline?: number | null;
  /** Whether it keeps out the cancels of the scopes around it. */
  shield?: boolean | null;
}

/** Makes the end of a scope's time an error. */
let failing: (scope: CancelScope) => CancelScope;

/**
 * A piece of code that can be cancelled apart from the rest of its task, by hand or at a deadline.
 *
 * `await scope.run(body)`, or `await using scope = new CancelScope()` for the rest of a block. In a cancelled scope
 * every wait throws a CancelledError, again and again, until the scope is left; a clean-up that has to wait does so in
 * a scope with `shield: true`. Leaving swallows the cancel that is the scope's own, and no other. Used once.
 *
 * @python anyio.CancelScope
 * @python trio.CancelScope
 */
export class CancelScope {
  /** @internal */
  readonly [kBlock] = new CancelBlock(null);
  #timer: Handle | null = null;
  #cancellingAtEntry = 0;
  #isCaught = false;
  #isExpired = false;
  /** Whether the end of its time is an error. */
  #fails = false;

  /**
   * @param options.deadline - when it is cancelled: **seconds**, on the clock of `loop.time()`
   * @param options.shield - whether the cancels of scopes around it are kept out
   * @throws {ValueError} when the deadline is not a number
   * @throws {TypeError} for options of the wrong type
   */
  constructor(options?: CancelScopeOptions | null) {
    const block = this[kBlock];
    block.owner = this as CancelScope;
    if (options === undefined) return;
    const { deadline, shield } = checkOptions(options, OPTIONS);
    block.deadline = checkDeadline(deadline ?? null);
    block.isShield = checkShield(shield ?? false);
  }

  /**
   * Runs code in the scope.
   *
   * @param body - an async function, a generator function, or a plain function; it gets the scope
   * @returns the future of what it returns; of `undefined` if the scope was cancelled and the code ended for that
   * @throws {RuntimeError} when the scope was used before, or outside of a running loop
   */
  run<T>(body: (scope: this) => PromiseLike<T> | Coroutine<T>): Future<T | undefined>;
  run<T>(body: (scope: this) => T): Future<T | undefined>;
  run<T>(body: (scope: this) => unknown): Future<T | undefined> {
    checkCallback(body, 'body');
    // The look-up is a large part of the cost, so it is done once.
    const current = currentRunContext();
    const loop = getRunningLoopIn(current);
    if (this[kBlock].isEntered) throw usedTwice(this);
    const caller = awaiterIn(current, loop);
    this.#cancellingAtEntry = CancelBlock.metBy(caller);
    const place = this[kBlock].deadline === null ? null : this.#beginTime(loop);
    const running = runAnyInBlock<T | undefined, this>(loop, body, this, current, caller);
    if (place !== null && !this[kBlock].isLeft) this.#setTimerLate(loop, place);
    return running;
  }

  /**
   * The end of an `await using` block, which begins where this is read. A CancelledError of the scope's leaves the
   * block: JavaScript cannot swallow it there.
   */
  get [Symbol.asyncDispose](): () => Promise<void> {
    if (this[kBlock].isLeft) throw usedTwice(this);
    if (this[kBlock].isEntered) return async () => this[kLeaveUsing]();
    const loop = getRunningLoop();
    const awaiter = currentAwaiter(loop);
    if (awaiter === null) throw new RuntimeError('CancelScope should be used inside a task');
    this[kPrepare](loop, awaiter);
    this[kBlock].enterPart(awaiter);
    return async () => this[kLeaveUsing]();
  }

  /**
   * Cancels the code in the scope, for good.
   *
   * @param reason - why: any value; the CancelledErrors have it as their `cause`. The first one wins.
   */
  cancel(reason?: unknown): void {
    const block = this[kBlock];
    if (block.isCancelled) return;
    if (reason !== undefined) block.reason = { cause: reason };
    this.#disarm();
    block.cancelForGood(messageOf(reason));
  }

  /** When the scope is cancelled by itself: **seconds**, on the loop's clock; `Infinity` for never. May be moved. */
  get deadline(): number {
    return this[kBlock].deadline ?? NEVER;
  }

  /** @throws {ValueError} when it is not a number */
  set deadline(when: number) {
    const block = this[kBlock];
    block.deadline = checkDeadline(checkSeconds(when, 'deadline'));
    if (block.isEntered && !block.isLeft) this[kArm]();
  }

  /** Whether the cancels of scopes around it are kept out; those of `task.cancel()` never are. */
  get shield(): boolean {
    return this[kBlock].isShield;
  }

  /** Lowering it delivers a cancel that waits outside at once. */
  set shield(isShield: boolean) {
    const block = this[kBlock];
    const wasShield = block.isShield;
    block.isShield = checkShield(isShield);
    if (!wasShield || isShield || !block.isEntered || block.isLeft) return;
    if (CancelBlock.isLevelCancelled(block)) block.deliverScope(undefined);
  }

  /** Whether the scope was cancelled, or its deadline has passed. */
  get cancelCalled(): boolean {
    return this[kIsDue]();
  }

  /** @internal Whether it is cancelled; a deadline that has passed cancels it, also before its timer has its turn. */
  [kIsDue](): boolean {
    const block = this[kBlock];
    if (block.deadline !== null && !block.isCancelled && !block.isLeft) {
      const loop = loopOf(block) ?? runningLoop();
      if (loop !== null && block.deadline <= loop.time()) this.#expire();
    }
    return block.isCancelled;
  }

  /** Whether the scope was left because of its own cancel, which ended there. */
  get cancelledCaught(): boolean {
    return this.#isCaught;
  }

  /** What {@link cancel} was called with first; `undefined` after a deadline. */
  get cancelReason(): unknown {
    return this[kBlock].reason?.cause;
  }

  /**
   * A signal that is aborted, once, when the scope is cancelled, or one around it that no shield hides, or the task.
   * Hand it to what takes an AbortSignal, so that a cancel reaches into foreign code. Its reason is a CancelledError.
   */
  get signal(): AbortSignal {
    return this[kBlock].signal.signal;
  }

  get [Symbol.toStringTag](): string {
    return 'CancelScope';
  }

  /** A short description, for messages. */
  toString(): string {
    const { isLeft, isEntered, isCancelled } = this[kBlock];
    const state = isLeft ? 'left' : isEntered ? 'entered' : 'unused';
    return `<${this.constructor.name} ${state}${isCancelled ? ', cancelled' : ''}>`;
  }

  /** @internal Makes the coroutine that runs its code. */
  [kMakeRun](): Awaiter<unknown> {
    return makeRun(this as CancelScope);
  }

  /** @internal Notes where the scope is entered, and sets the timer for the deadline. */
  [kPrepare](loop: AbstractEventLoop, caller: Awaiter<unknown> | null): void {
    this.#cancellingAtEntry = CancelBlock.metBy(caller);
    if (this[kBlock].deadline !== null) this.#arm(loop);
  }

  /** @internal Sets the timer anew. */
  [kArm](): void {
    this.#disarm();
    const loop = loopOf(this[kBlock]) ?? runningLoop();
    if (loop !== null) this.#arm(loop);
  }

  #arm(loop: AbstractEventLoop): void {
    const { deadline, isCancelled } = this[kBlock];
    if (isCancelled || deadline === null) return;
    if (deadline <= loop.time()) this.#expire();
    else this.#setTimer(loop, deadline);
  }

  #setTimer(loop: AbstractEventLoop, deadline: number): void {
    this.#timer = loop.callAt(deadline, CancelScope.#ring, [this as CancelScope]);
  }

  /**
   * Code that does not wait needs no timer, which would cost as much as all the rest. So it is set when the code waits,
   * and has the place among timers of equal time that it would have had.
   *
   * @returns that place; `null` where the time is over, or the loop keeps no places
   */
  #beginTime(loop: AbstractEventLoop): number | null {
    const place = reserveTimer(loop);
    if (place === null || (this[kBlock].deadline as number) <= loop.time()) {
      this.#arm(loop);
      return null;
    }
    return place;
  }

  #setTimerLate(loop: AbstractEventLoop, place: number): void {
    const { deadline, isCancelled } = this[kBlock];
    // The code may have moved its deadline.
    if (isCancelled || deadline === null || this.#timer !== null) return;
    inPlace(place, () => this.#setTimer(loop, deadline));
  }

  /**
   * Leaves the scope.
   *
   * @returns whether an error of its code is the scope's own cancel, and ends here
   * @internal
   */
  [kLeave](hasFailed: boolean, error: unknown): boolean {
    this.#disarm();
    const block = this[kBlock];
    const isOwn =
      hasFailed &&
      cancelBehind(error) !== null &&
      this[kIsDue]() &&
      block.cancelling() <= this.#cancellingAtEntry &&
      !block.isCancelledFromAround();
    block.leave();
    this.#isCaught = isOwn;
    return isOwn;
  }

  /** @internal Whether a cancel of the task has come since the scope was entered. */
  get [kIsCancelledFromOutside](): boolean {
    return this[kBlock].cancelling() > this.#cancellingAtEntry;
  }

  /** @internal */
  [kLeaveUsing](): void {
    const error = this[kBlock].lastDelivered;
    if (!this[kLeave](error !== null, error) || error === null) return;
    const failure = this.#failure(error);
    if (failure !== null) replaceInFlight(error, failure.error);
  }

  /** @internal Its code has returned. */
  [kReturned](): void {
    this[kLeave](false, undefined);
  }

  /** @internal Its code has thrown. */
  [kFailed](error: unknown): { error: unknown } | null {
    if (!this[kLeave](true, error)) return { error };
    return this.#failure(error);
  }

  /** What leaving makes of the code's error, which is the scope's own cancel. */
  #failure(error: unknown): { error: Error } | null {
    return this.#isExpired && this.#fails ? { error: new TimeoutError(undefined, { cause: error }) } : null;
  }

  #expire(): void {
    if (this[kBlock].isCancelled) return;
    this.#isExpired = true;
    this.cancel();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  static #ring(scope: CancelScope): void {
    scope.#timer = null;
    scope.#expire();
  }

  static {
    failing = (scope): CancelScope => {
      scope.#fails = true;
      return scope;
    };
  }
}

function usedTwice(scope: CancelScope): RuntimeError {
  return new RuntimeError(`${scope} may only be used once`);
}

function loopOf({ runner }: CancelBlock): AbstractEventLoop | null {
  return runner === null ? null : (runner[kLoop] as AbstractEventLoop);
}

/** Whether a scope is shielded, of the functions that make one. */
export interface MoveOnOptions {
  /** Whether it keeps out the cancels of the scopes around it. */
  shield?: boolean | null;
}

/**
 * A scope that is cancelled after a time: `await moveOnAfter(2).run(body)` gives what the code returns, or `undefined`
 * when the time was over before. The time begins now.
 *
 * @param seconds - **seconds** from now; `null` for no limit. Negative ones are over.
 * @throws {ValueError} when it is not a number
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.move_on_after()
 */
export function moveOnAfter(seconds: number | null, options?: MoveOnOptions | null): CancelScope {
  return scopeUntil(after(seconds), options);
}

/**
 * {@link moveOnAfter} at a point in time.
 *
 * @param when - **seconds**, on the clock of `loop.time()`; `null` for never
 * @python trio.move_on_at()
 */
export function moveOnAt(when: number | null, options?: MoveOnOptions | null): CancelScope {
  return scopeUntil(checkDeadline(when ?? null), options);
}

/**
 * A scope that fails after a time: `await failAfter(2).run(body)` throws a TimeoutError when the time is over before
 * the code is; its `cause` is the CancelledError. A scope that is cancelled by hand does not fail. The time begins now.
 *
 * @param seconds - **seconds** from now; `null` for no limit. Negative ones are over.
 * @throws {ValueError} when it is not a number
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.fail_after()
 */
export function failAfter(seconds: number | null, options?: MoveOnOptions | null): CancelScope {
  return failing(moveOnAfter(seconds, options));
}

/**
 * {@link failAfter} at a point in time.
 *
 * @param when - **seconds**, on the clock of `loop.time()`; `null` for never
 * @python trio.fail_at()
 */
export function failAt(when: number | null, options?: MoveOnOptions | null): CancelScope {
  return failing(moveOnAt(when, options));
}

/**
 * When the code that asks will be cancelled by the scopes around it: the earliest of their deadlines, up to a shield.
 *
 * @returns **seconds**, on the loop's clock; `-Infinity` in a cancelled scope, `Infinity` where there is none
 * @python anyio.current_effective_deadline()
 */
export function currentEffectiveDeadline(): number {
  const loop = runningLoop();
  const awaiter = loop === null ? null : currentAwaiter(loop);
  let earliest = NEVER;
  for (let block = awaiter?.[kInnermostBlock]() ?? null; block !== null; block = block.parent) {
    if (block.isLeft) continue;
    if (block.isCancelled) return Number.NEGATIVE_INFINITY;
    if (block.deadline !== null) earliest = Math.min(earliest, block.deadline);
    if (block.isShield) break;
  }
  return earliest;
}

function scopeUntil(deadline: number | null, options: MoveOnOptions | null | undefined): CancelScope {
  const scope = new CancelScope();
  scope[kBlock].deadline = deadline;
  if (options !== undefined)
    scope[kBlock].isShield = checkShield(checkOptions(options, SHIELD).shield ?? false);
  return scope;
}

function after(seconds: number | null): number | null {
  if (seconds === null || seconds === undefined) return null;
  checkSeconds(seconds, 'seconds');
  return getRunningLoop().time() + seconds;
}

/** @returns `null` for never */
function checkDeadline(when: number | null): number | null {
  return when === null || checkSeconds(when, 'deadline') === NEVER ? null : when;
}

function checkShield(shield: unknown): boolean {
  if (typeof shield !== 'boolean') throw typeError('shield', 'a boolean', shield);
  return shield;
}

function messageOf(reason: unknown): string | undefined {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'string' ? reason : undefined;
}
