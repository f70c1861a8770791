import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import {
  kAddWaiter,
  kCancelFrom,
  kCancellation,
  kIsAwaiter,
  kIsBlocking,
  kIsInline,
  kLoop,
  kRemoveWaiter,
  kRetrieve,
  kRun,
  kState,
  kValue,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { Runnable } from '../scheduling/runnable.js';
import type { Awaited, AwaitingSide } from './await-seams.js';
import { CANCELLED, FAILED, PENDING, type State } from './state.js';

/**
 * What an `await` that is refused waits for instead: one turn of the loop, after which it throws. A cancel that comes
 * before that turn is thrown in its place, as in CPython.
 *
 * @internal
 */
export class RefusedAwait implements Awaited, Runnable {
  declare [kIsAwaiter]: boolean;
  [kState]: State = PENDING;
  [kIsBlocking] = false;
  readonly [kValue]: RuntimeError;
  readonly [kIsInline] = false;
  #waiter: Runnable | null = null;
  #cancel: { message: string | undefined } | null = null;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(awaiter: AwaitingSide, error: RuntimeError) {
    this[kValue] = error;
    enqueue(awaiter[kLoop] as never, this);
  }

  done(): boolean {
    return this[kState] !== PENDING;
  }

  cancel(message?: string | null): boolean {
    if (this.done()) return false;
    this.#cancel = { message: message ?? undefined };
    return true;
  }

  [kCancelFrom](_awaiter: AwaitingSide, message: string | undefined): boolean {
    return this.cancel(message);
  }

  [kAddWaiter](waiter: Runnable): void {
    this.#waiter = waiter;
  }

  [kRemoveWaiter](): void {
    this.#waiter = null;
  }

  [kRun](): void {
    this[kState] = this.#cancel === null ? FAILED : CANCELLED;
    this.#waiter?.[kRun]();
  }

  [kCancellation](): CancelledError {
    return new CancelledError(this.#cancel?.message);
  }

  /** Nothing is lost when the error is not retrieved: it is about the `await` alone. */
  [kRetrieve](): void {}
}

/** Why a future cannot be awaited; `null` if it can. @internal */
export function refusalOf(future: object, awaiter: AwaitingSide): RuntimeError | null {
  if (future === awaiter) return selfAwait(awaiter);
  if ((future as { readonly [kLoop]: object })[kLoop] === awaiter[kLoop]) return null;
  return new RuntimeError(`${awaiter} awaits ${future}, which is attached to a different loop`);
}

/** What is thrown where a task awaits itself. @internal */
export function selfAwait(task: object): RuntimeError {
  return new RuntimeError(`Task cannot await on itself: ${task}`);
}
