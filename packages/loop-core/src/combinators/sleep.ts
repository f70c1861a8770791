import type { TimerHandle } from '@bight/loop-abstract';
import { checkOption, checkSeconds } from '@bight/loop-abstract/validate';
import { Future } from '../futures/future.js';
import { CANCELLED, FINISHED, PENDING } from '../futures/state.js';
import { TurnFuture } from '../futures/turn-future.js';
import { kCancelMessage, kFinish, kRun, kState } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import type { FutureLoop } from '../scheduling/handle.js';

/** `sleep(0)`. */
class NextTurn<T> extends TurnFuture<T> {
  readonly #result: T;
  #isCancelRequested = false;

  constructor(loop: FutureLoop, result: T) {
    super(loop);
    this.#result = result;
  }

  /** As in CPython, where this is a bare yield: the cancel is thrown when the turn comes, not a turn later. */
  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return false;
    this[kCancelMessage] = message ?? undefined;
    this.#isCancelRequested = true;
    return true;
  }

  override [kRun](): void {
    if (this.#isCancelRequested) this[kFinish](CANCELLED, undefined);
    else this[kFinish](FINISHED, this.#result);
  }
}

/**
 * Done after exactly one turn of the loop: `sleep(0)` for methods that may be called outside of the running loop.
 *
 * @internal
 */
export function nextTurn(loop: FutureLoop): Future<undefined> {
  return new NextTurn<undefined>(loop, undefined);
}

/** Done when its timer fires. */
class Sleep<T> extends Future<T> {
  readonly #timer: TimerHandle;

  constructor(loop: FutureLoop, seconds: number, result: T) {
    super({ loop }, true);
    this.#timer = loop.callLater(seconds, Sleep.#wakeUp<T>, [this, result]);
  }

  override cancel(message?: string | null): boolean {
    this.#timer.cancel();
    return super.cancel(message);
  }

  static #wakeUp<T>(sleep: Sleep<T>, result: T): void {
    if (sleep[kState] === PENDING) sleep.setResult(result);
  }
}

/**
 * Waits for a time; `sleep(0)` is exactly one turn of the loop.
 *
 * @param seconds - how long, in **seconds**
 * @throws {ValueError} when `seconds` is not a number
 * @throws {RuntimeError} outside of a running loop
 * @python asyncio.sleep()
 */
export function sleep(seconds: number): Future<undefined>;
/**
 * Waits for a time, and then gives a result.
 *
 * @param seconds - how long, in **seconds**; for 0, exactly one turn of the loop
 * @param options.result - what the future gives
 * @throws {ValueError} when `seconds` is not a number
 * @throws {RuntimeError} outside of a running loop
 * @python asyncio.sleep()
 */
export function sleep<T>(seconds: number, options: { result: T }): Future<T>;
export function sleep<T>(seconds: number, options?: { result?: T } | null): Future<T | undefined> {
  checkOption(options, 'result');
  checkSeconds(seconds, 'seconds');
  const loop = getRunningLoop();
  return seconds <= 0 ? new NextTurn(loop, options?.result) : new Sleep(loop, seconds, options?.result);
}
