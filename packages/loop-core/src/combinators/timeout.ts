import type { AbstractEventLoop, Coroutine, Handle } from '@bight/loop-abstract';
import { CancelledError, RuntimeError, TimeoutError } from '@bight/loop-abstract';
import { checkCallback, checkSeconds } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { kLastDelivered } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { coroutine } from '../tasks/coroutine.js';
import { currentTask } from '../tasks/current-task.js';
import type { Task } from '../tasks/task.js';
import { morph } from './replace-in-flight.js';

type TimeoutState = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * A limit on the time that a piece of code may take, made by {@link timeout} and {@link timeoutAt}.
 *
 * Reference: `asyncio.Timeout`.
 */
export class Timeout {
  readonly #loop: AbstractEventLoop;
  readonly #task: Task | null;
  readonly #cancellingAtEntry: number = 0;
  #when: number | null;
  #state: TimeoutState = 'created';
  #handle: Handle | null = null;

  /** @internal Made by {@link timeoutAt}. */
  constructor(when: number | null) {
    this.#loop = getRunningLoop();
    this.#when = when;
    this.#task = currentTask({ loop: this.#loop });
    if (this.#task === null) return;
    this.#cancellingAtEntry = this.#task.cancelling();
    this.#state = 'active';
    this.reschedule(when);
  }

  /** When the time is over: **seconds**, on the loop's clock; `null` for never. Reference: `Timeout.when()`. */
  when(): number | null {
    return this.#when;
  }

  /** Whether the time was over before the code was. Reference: `Timeout.expired()`. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /**
   * Moves the end.
   *
   * @param when **seconds**, on the loop's clock; `null` for never.
   * @throws RuntimeError when it is over already. Reference: `Timeout.reschedule()`.
   */
  reschedule(when: number | null): void {
    if (when !== null) checkSeconds(when, 'when');
    if (this.#state !== 'active') throw new RuntimeError(`Cannot change state of ${this.#state} Timeout`);
    this.#when = when;
    this.#handle?.cancel();
    if (when === null) this.#handle = null;
    else if (when <= this.#loop.time()) this.#handle = this.#loop.callSoon(Timeout.#expire, [this]);
    else this.#handle = this.#loop.callAt(when, Timeout.#expire, [this]);
  }

  /**
   * Runs code within the time.
   *
   * @param body an async function or a generator function; it gets this object.
   * @returns the future of what it returns.
   * @throws TimeoutError (asynchronously) if the time was over before; RuntimeError outside of a task.
   */
  run<T>(body: (timeout: this) => PromiseLike<T> | Coroutine<T>): Future<T> {
    checkCallback(body, 'body');
    const task = this.#enteredTask();
    return coroutine(this.#loop, () => this.#run(body, task));
  }

  *#run<T>(
    body: (timeout: this) => PromiseLike<T> | Coroutine<T>,
    task: Task,
  ): Generator<unknown, T, unknown> {
    try {
      const under = coroutine<T>(this.#loop, () => body(this) as PromiseLike<T>);
      const value = yield* under;
      this.#leave(task);
      return value;
    } catch (error) {
      if (this.#leave(task) && error instanceof CancelledError) {
        throw new TimeoutError(undefined, { cause: error });
      }
      throw error;
    }
  }

  /**
   * The end of `await using`. If the time was over, the CancelledError that is on its way out becomes a TimeoutError.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const task = this.#enteredTask();
    const error = task[kLastDelivered];
    if (this.#leave(task) && error !== null) morph(error, new TimeoutError());
  }

  get [Symbol.toStringTag](): string {
    return 'Timeout';
  }

  #enteredTask(): Task {
    if (this.#task === null) throw new RuntimeError('Timeout should be used inside a task');
    return this.#task;
  }

  /** Leaves the code; whether it is being left because of our own cancel. */
  #leave(task: Task): boolean {
    this.#handle?.cancel();
    this.#handle = null;
    if (this.#state === 'expiring') {
      this.#state = 'expired';
      return task.uncancel() <= this.#cancellingAtEntry;
    }
    if (this.#state === 'active') this.#state = 'finished';
    return false;
  }

  static #expire(timeout: Timeout): void {
    timeout.#task?.cancel();
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
 * @param seconds **seconds** from now; `null` for no limit.
 * @throws RuntimeError outside of a running loop. Reference: `asyncio.timeout()`.
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
 * @param when **seconds**, on the clock of `loop.time()`; `null` for no limit. Reference: `asyncio.timeout_at()`.
 */
export function timeoutAt(when: number | null): Timeout {
  if (when !== null && when !== undefined) checkSeconds(when, 'when');
  return new Timeout(when ?? null);
}
