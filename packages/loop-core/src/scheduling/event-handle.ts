import { type Carrier, captureWith, runContext, runInCarrier } from '@bight/contextvars/low-level';
import { kCallback, kRun } from '../internals.js';
import { type Callback, Handle, type HandleLoop, invoke } from './handle.js';

/**
 * The callback of something that happens again and again, such as a descriptor becoming readable; for authors of
 * drivers. It runs in a copy of the context that was current when it was made, always the same one.
 *
 * `asyncio.SelectorEventLoop` keeps such handles for readers and writers.
 */
export class EventHandle extends Handle {
  readonly #carrier: Carrier;

  /**
   * @param loop - the loop inside which the callback will run
   * @param callback - what to call
   * @param args - its arguments
   */
  constructor(loop: HandleLoop, callback: Callback, args: readonly unknown[]) {
    super(callback, args.length === 0 ? undefined : args, loop, undefined, loop.getDebug?.() ?? false);
    this.#carrier = captureWith(runContext(this.getContext(), loop, null));
  }

  /** Calls the callback, unless the handle was cancelled. To be called inside the loop, once for each event. */
  run(): void {
    this[kRun]();
  }

  /** @internal */
  override [kRun](): void {
    if (this[kCallback] !== null) runInCarrier(this.#carrier, invoke, this as Handle, undefined);
  }
}
