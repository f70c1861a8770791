import type { Context } from '@bight/contextvars';
import {
  type Carrier,
  captureOthers,
  contextIn,
  contextOf,
  currentRunContext,
  isSnapshot,
  runContext,
  runIn,
  type Snapshot,
  snapshotOf,
} from '@bight/contextvars/low-level';
import type {
  Handle as AbstractHandle,
  TimerHandle as AbstractTimerHandle,
  ErrorHandlingLoop,
  SchedulingLoop,
} from '@bight/loop-abstract';
import { inspectAsText } from '@bight/loop-abstract/validate';
import { describeCallback } from '../debugging/describe.js';
import { creationStack } from '../debugging/stacks.js';
import {
  kArgs,
  kCallback,
  kCallCarrier,
  kCallContext,
  kIsAwaiter,
  kIsCancelled,
  kLoop,
  kRun,
  kSequence,
  kTimerCancelled,
  kWhen,
} from '../internals.js';
import { resumeIn, resumesByHand } from './resumption.js';
import { type Runnable, turn } from './runnable.js';

/** Any callback with any arguments, as a handle keeps it. */
export type Callback = (...args: never[]) => unknown;

/** What a handle needs of its loop. */
export type HandleLoop = ErrorHandlingLoop & { getDebug?(): boolean };

/** What a future needs of a loop: any loop that schedules and reports errors will do. */
export type FutureLoop = SchedulingLoop & HandleLoop;

// In debug mode only: a field would cost every handle memory.
const creationStacks = new WeakMap<Handle, string>();

/** Where a handle was made; in debug mode only. @internal */
export function creationStackOf(handle: Handle): string | undefined {
  return creationStacks.get(handle);
}

/**
 * The function that a handle calls; `null` when the handle was cancelled, or is none of this package. For authors of
 * tools.
 */
export function callbackOf(handle: object): Callback | null {
  return handle instanceof Handle ? handle[kCallback] : null;
}

/**
 * A callback on its way, returned by `loop.callSoon()` and `loop.callSoonThreadsafe()`.
 *
 * @python asyncio.Handle
 */
export class Handle implements AbstractHandle, Runnable {
  /** @internal On the prototype: there may be a million timers. */
  declare [kIsAwaiter]: boolean;
  /** @internal `null` when it was cancelled. */
  [kCallback]: Callback | null;
  /** @internal */
  [kArgs]: readonly unknown[] | undefined;
  /** @internal */
  readonly [kLoop]: HandleLoop;

  static {
    this.prototype[kIsAwaiter] = false;
    inspectAsText(Handle);
  }

  /**
   * @internal The context that the caller named; or what a copy of the current one has, until the copy itself is asked
   *   for. Most timers are cancelled before.
   */
  [kCallContext]: Context | Snapshot;
  /** @internal */
  readonly [kCallCarrier]: Carrier;

  /** @internal Handles are made by the scheduling methods of a loop. */
  constructor(
    callback: Callback,
    args: readonly unknown[] | undefined,
    loop: HandleLoop,
    context: Context | null | undefined,
    isInDebugMode: boolean,
  ) {
    this[kCallback] = callback;
    this[kArgs] = args;
    this[kLoop] = loop;
    if (isInDebugMode) creationStacks.set(this, creationStack());
    const current = currentRunContext();
    this[kCallCarrier] = captureOthers(current);
    this[kCallContext] = context ?? snapshotOf(contextIn(current));
  }

  /**
   * The context in which the callback runs.
   *
   * @python asyncio.Handle.get_context()
   */
  getContext(): Context {
    const context = this[kCallContext];
    if (!isSnapshot(context)) return context;
    const copy = contextOf(context);
    this[kCallContext] = copy;
    return copy;
  }

  /**
   * Cancels the callback. No effect when it was cancelled or has run already.
   *
   * @python asyncio.Handle.cancel()
   */
  cancel(): void {
    this[kCallback] = null;
    this[kArgs] = undefined;
  }

  /**
   * Whether the callback was cancelled.
   *
   * @python asyncio.Handle.cancelled()
   */
  cancelled(): boolean {
    return this[kCallback] === null;
  }

  /** @internal */
  get [kIsCancelled](): boolean {
    return this[kCallback] === null;
  }

  /** @internal */
  [kRun](): void {
    if (this[kCallback] === null) return;
    const run = runContext(this.getContext(), this[kLoop], null);
    if (resumesByHand) resumeIn(run);
    runIn(this[kCallCarrier], run, invoke, this, undefined);
  }

  /** A short description, for messages. */
  toString(): string {
    const name = this.constructor.name;
    if (this[kCallback] === null) return `<${name} cancelled>`;
    return `<${name} ${describeCallback(this[kCallback], this[kArgs], this[kLoop])}>`;
  }
}

/** Calls a handle's callback, in whatever context is current. @internal */
export function invoke(this: Handle): void {
  const callback = this[kCallback] as (...args: unknown[]) => unknown;
  const args = this[kArgs];
  try {
    const result = args === undefined ? callback() : callback(...args);
    // An async function was called: what it goes on to do comes before the next callback.
    if (typeof result === 'object' && result !== null) turn.resumed = true;
  } catch (error) {
    const sourceTraceback = creationStackOf(this);
    this[kLoop].callExceptionHandler({
      message: `Exception in callback ${describeCallback(callback, args, this[kLoop])}`,
      exception: error as Error,
      handle: this,
      ...(sourceTraceback === undefined ? undefined : { sourceTraceback }),
    });
  }
}

/** What a timer handle needs of its loop. */
export interface TimerHandleLoop extends HandleLoop {
  /** Called once, when a timer that is waiting was cancelled. */
  [kTimerCancelled](): void;
}

/**
 * A callback that is due at a time, returned by `loop.callLater()` and `loop.callAt()`.
 *
 * @python asyncio.TimerHandle
 */
export class TimerHandle extends Handle implements AbstractTimerHandle {
  /** @internal Seconds, on the loop's clock. */
  readonly [kWhen]: number;
  /** @internal Orders timers of equal time: first scheduled, first run. Negative once it has left the timer heap. */
  [kSequence]: number;

  /** @internal */
  constructor(
    when: number,
    sequence: number,
    callback: Callback,
    args: readonly unknown[] | undefined,
    loop: TimerHandleLoop,
    context: Context | null | undefined,
    isInDebugMode: boolean,
  ) {
    super(callback, args, loop, context, isInDebugMode);
    this[kWhen] = when;
    this[kSequence] = sequence;
  }

  /**
   * When the callback is due: seconds, on the clock of `loop.time()`.
   *
   * @python asyncio.TimerHandle.when()
   */
  when(): number {
    return this[kWhen];
  }

  override cancel(): void {
    if (this[kCallback] === null) return;
    super.cancel();
    // The heap counts those that wait in it and were cancelled.
    if (this[kSequence] >= 0) {
      (this[kLoop] as TimerHandleLoop)[kTimerCancelled]();
    }
  }
}
