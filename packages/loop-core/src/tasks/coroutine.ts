import {
  type Carrier,
  capture,
  captureIn,
  currentContext,
  currentFrame,
  Frame,
  runInCarrier,
  runInFrame,
} from '@bight/contextvars/frame';
import type { CancelledError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import type { AwaitingSide } from '../futures/await-seams.js';
import type { Future, FutureLoop } from '../futures/future.js';
import { isThenable } from '../futures/is-thenable.js';
import { enqueue } from '../scheduling/enqueue.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import { Awaiter, type Body, type SignalledTask } from './awaiter.js';
import { isGenerator, isGeneratorFunction } from './coroutine-kinds.js';

/**
 * A coroutine method under way. It costs what awaiting a coroutine costs in Python: its body runs at once in the
 * caller's context, up to its first wait; and when it ends, its awaiters go on in the same callback.
 */
class Coroutine<T> extends Awaiter<T> {
  readonly _task: SignalledTask | null;
  _carrier: Carrier | null = null;
  #lender: AwaitingSide | null = null;

  constructor(loop: FutureLoop, task: SignalledTask | null) {
    super(loop);
    this._task = task;
  }

  override get _kind(): string {
    return 'Coroutine';
  }

  /** What reaches this code reaches its task: a block of `await using` asks there. */
  override _noteDelivered(error: CancelledError): void {
    this._task?._noteDelivered(error);
  }

  override get _isInline(): boolean {
    return true;
  }

  override _cancelFrom(awaiter: AwaitingSide, message: string | undefined): boolean {
    this.#lender = awaiter;
    return this.cancel(message);
  }

  override _returned(value: T): void {
    this.#giveBack();
    super._returned(value);
  }

  override _failed(error: unknown): void {
    this.#giveBack();
    super._failed(error);
  }

  /** A cancel of the awaiter's that found no wait in here is still to come at its next one. */
  #giveBack(): void {
    const lender = this.#lender;
    if (!this._mustCancel || lender === null) return;
    this._mustCancel = false;
    lender._mustCancel = true;
    lender._cancelMessage = this._cancelMessage;
  }

  _run(): void {
    if (this._carrier === null) this._step();
    else runInCarrier(this._carrier, step, this, undefined);
  }

  /** Awaiters go on now, as the code behind an `await` does; callbacks take their turn, as all callbacks do. */
  override _wake(waiter: Runnable): void {
    if (waiter._retrieves) waiter._run();
    else enqueue(this._loop, waiter);
  }
}

function step(this: { _step(): void }): void {
  this._step();
}

/**
 * The body of a coroutine method: a generator function, or an async function; or a generator that has not begun, which
 * costs least, since no frame has to be entered to find out what a function returns.
 */
export type CoroutineBody<T> =
  | Generator<unknown, T, unknown>
  | (() => Generator<unknown, T, unknown> | PromiseLike<T>);

/** How a coroutine method runs. */
export interface CoroutineOptions {
  /**
   * Whether later steps of a generator body run in the caller's context, too. Needed when the body calls code of the
   * user's; bodies that only move the library's own state are cheaper without. Async functions always keep theirs.
   */
  keepContext?: boolean;
}

/**
 * Starts a coroutine method: runs `body` now, up to its first wait, and returns the future under way.
 *
 * Awaiting it costs no turn of the loop when nothing had to be waited for; otherwise the awaiter resumes in the same
 * callback that resumed the body. Cancelling it, from outside or through the task that awaits it, cancels what the
 * body waits for, so that a CancelledError is thrown there.
 *
 * @param loop any loop that schedules.
 * @param body waits with `yield* future` (generator functions) or `await future` (async functions).
 * @returns the future of what the body returns; it fails with what the body throws.
 */
export function coroutine<T>(
  loop: FutureLoop,
  body: CoroutineBody<T>,
  options?: CoroutineOptions,
): Future<T> {
  const frame = currentFrame();
  const awaiter = frame === undefined ? null : (frame.task as Awaiter<unknown> | null);
  const under = new Coroutine<T>(loop, awaiter?._task ?? null);
  // Code that calls a coroutine method is about to await it, in microtasks, unless it is a generator.
  if (awaiter === null || awaiter._body === null) turn.resumed = true;
  if (isGenerator(body) || isGeneratorFunction(body)) {
    if (options?.keepContext === true) under._carrier = capture();
    under._body = (typeof body === 'function' ? body() : body) as Body;
    under._step();
  } else {
    startInside(under, body as () => unknown);
  }
  return under;
}

/** The body waits in a frame of its own, so that its awaits are this coroutine's and not the whole task's. */
function startInside<T>(under: Coroutine<T>, body: () => unknown): void {
  const carrier = capture();
  const frame = new Frame(currentContext(), under._loop, under);
  const start = (): void => {
    let started: unknown;
    try {
      started = body();
    } catch (error) {
      under._failed(error);
      return;
    }
    if (isGenerator(started)) under._carrier = captureIn(carrier, frame);
    drive(under, started);
  };
  runInFrame(carrier, frame, start, undefined, undefined);
}

/** Lets the promise, or the generator, that a function returned decide how an awaiter ends. @internal */
export function drive<T>(awaiter: Awaiter<T>, started: unknown): void {
  if (isGenerator(started)) {
    awaiter._body = started;
    awaiter._step();
  } else if (isThenable(started)) {
    turn.resumed = true;
    started.then(
      (value) => awaiter._returned(value as T),
      (error) => awaiter._failed(error),
    );
  } else {
    const shown = describeValue(started);
    awaiter._failed(
      new TypeError(`a coroutine function must return a promise or a generator; this one returned ${shown}`),
    );
  }
}
