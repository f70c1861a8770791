/// <reference lib="esnext.disposable" preserve="true" />
import type { AbstractEventLoop, Coroutine, Handle } from '@bight/loop-abstract';
import { RuntimeError, TimeoutError } from '@bight/loop-abstract';
import { checkCallback, checkSeconds } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { kBlock, kFailed, kReturned, kUncancelIn } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { runInBlock } from '../tasks/block-run.js';
import { CancelBlock } from '../tasks/cancel-block.js';
import { cancelBehind } from '../tasks/cancel-cause.js';
import { currentAwaiter, ownerTask } from '../tasks/current-task.js';
import type { Task } from '../tasks/task.js';
import { insertTimeoutError } from './insert-timeout-error.js';
import { replaceInFlight } from './replace-in-flight.js';

type TimeoutState = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * A limit on the time that a piece of code may take, made by {@link timeout} and {@link timeoutAt}.
 *
 * @python asyncio.Timeout
 */
export class Timeout {
  readonly #loop: AbstractEventLoop;
  /** @internal */
  readonly [kBlock]: CancelBlock;
  readonly #task: Task | null;
  readonly #cancellingAtEntry: number = 0;
  #when: number | null;
  #state: TimeoutState = 'created';
  #handle: Handle | null = null;

  /** @internal Made by {@link timeoutAt}. */
  constructor(when: number | null) {
    this.#loop = getRunningLoop();
    this.#when = when;
    const awaiter = currentAwaiter(this.#loop);
    this[kBlock] = new CancelBlock(awaiter);
    this.#task = ownerTask(this.#loop);
    if (this.#task === null) return;
    this[kBlock].runner = awaiter;
    this.#cancellingAtEntry = this[kBlock].cancelling();
    this.#state = 'active';
    this.reschedule(when);
  }

  /**
   * When the time is over: **seconds**, on the loop's clock; `null` for never.
   *
   * @python asyncio.Timeout.when()
   */
  when(): number | null {
    return this.#when;
  }

  /**
   * Whether the time was over before the code was.
   *
   * @python asyncio.Timeout.expired()
   */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /**
   * Moves the end.
   *
   * @param when - **seconds**, on the loop's clock; `null` for never
   * @throws {RuntimeError} when it is over already
   * @python asyncio.Timeout.reschedule()
   */
  reschedule(when: number | null): void {
    if (when !== null) checkSeconds(when, 'when');
    if (this.#state !== 'active') throw new RuntimeError(`Cannot change state of ${this.#state} Timeout`);
    this.#when = when;
    this[kBlock].endsAt = when;
    this.#handle?.cancel();
    if (when === null) this.#handle = null;
    else if (when <= this.#loop.time()) this.#handle = this.#loop.callSoon(Timeout.#expire, [this]);
    else this.#handle = this.#loop.callAt(when, Timeout.#expire, [this]);
  }

  /**
   * Runs code within the time.
   *
   * @param body - an async function or a generator function; it gets this object
   * @returns the future of what it returns
   * @throws {TimeoutError} (asynchronously) when the time was over before
   * @throws {RuntimeError} outside of a task
   */
  run<T>(body: (timeout: this) => PromiseLike<T> | Coroutine<T>): Future<T> {
    checkCallback(body, 'body');
    this.#enteredTask();
    return runInBlock<T, this>(this.#loop, body, this);
  }

  /**
   * The end of `await using`, which begins where this is read. If the time was over, the CancelledError that is on its
   * way out becomes a TimeoutError.
   */
  get [Symbol.asyncDispose](): () => Promise<void> {
    const awaiter = currentAwaiter(this.#loop);
    if (awaiter !== null && !this[kBlock].isEntered) this[kBlock].enterPart(awaiter);
    return async () => {
      const task = this.#enteredTask();
      const error = this[kBlock].lastDelivered;
      if (this.#leave(task) && error !== null) replaceInFlight(error, new TimeoutError());
    };
  }

  get [Symbol.toStringTag](): string {
    return 'Timeout';
  }

  /** @internal Its code has returned. */
  [kReturned](): void {
    this.#leave(this.#enteredTask());
  }

  /** @internal Its code has thrown. */
  [kFailed](error: unknown): { error: unknown } {
    return { error: this.#failure(this.#enteredTask(), error) };
  }

  #enteredTask(): Task {
    if (this.#task === null) throw new RuntimeError('Timeout should be used inside a task');
    return this.#task;
  }

  /** What the code's error becomes. */
  #failure(task: Task, error: unknown): unknown {
    if (!this.#leave(task)) return error;
    if (cancelBehind(error) !== null) return new TimeoutError(undefined, { cause: error });
    insertTimeoutError(error);
    return error;
  }

  /**
   * Leaves the code.
   *
   * @returns whether our own cancel is the reason
   */
  #leave(task: Task): boolean {
    this.#handle?.cancel();
    this.#handle = null;
    this[kBlock].leave();
    if (this.#state === 'expiring') {
      this.#state = 'expired';
      task[kUncancelIn](this[kBlock]);
      return this[kBlock].cancelling() <= this.#cancellingAtEntry;
    }
    if (this.#state === 'active') this.#state = 'finished';
    return false;
  }

  static #expire(timeout: Timeout): void {
    timeout[kBlock].cancelOnce();
    timeout.#state = 'expiring';
    timeout.#handle = null;
  }
}

/**
 * Limits the time that code may take: `await timeout(1).run(async () => …)`, or `await using _ = timeout(1)` for the
 * rest of a block. When the time is over the code is cancelled, and leaves with a TimeoutError.
 *
 * The time begins now.
 *
 * @param seconds - **seconds** from now; `null` for no limit
 * @throws {RuntimeError} outside of a running loop
 * @python asyncio.timeout()
 */
export function timeout(seconds: number | null): Timeout {
  const loop = getRunningLoop();
  if (seconds === null || seconds === undefined) return new Timeout(null);
  checkSeconds(seconds, 'seconds');
  return new Timeout(loop.time() + seconds);
}

/**
 * {@link timeout} at a point in time.
 *
 * @param when - **seconds**, on the clock of `loop.time()`; `null` for no limit
 * @python asyncio.timeout_at()
 */
export function timeoutAt(when: number | null): Timeout {
  if (when !== null && when !== undefined) checkSeconds(when, 'when');
  return new Timeout(when ?? null);
}
