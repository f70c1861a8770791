import type { Context } from '@bight/contextvars';

/**
 * A scheduled callback, as `callSoon()` and `callSoonThreadsafe()` return it.
 *
 * @python asyncio.Handle
 */
export interface Handle {
  /**
   * The context that the callback runs in.
   *
   * @python asyncio.Handle.get_context()
   */
  getContext(): Context;

  /**
   * Keeps the callback from running; without effect when it has run or was cancelled before.
   *
   * @python asyncio.Handle.cancel()
   */
  cancel(): void;

  /**
   * Whether `cancel()` was called before the callback ran.
   *
   * @python asyncio.Handle.cancelled()
   */
  cancelled(): boolean;
}

/**
 * A callback scheduled for a time, as `callLater()` and `callAt()` return it.
 *
 * @python asyncio.TimerHandle
 */
export interface TimerHandle extends Handle {
  /**
   * The time for which the callback is scheduled, in seconds on the clock of `loop.time()`.
   *
   * @python asyncio.TimerHandle.when()
   */
  when(): number;
}

/** What every scheduling method takes after the callback and its arguments. */
export interface CallOptions {
  /** The context that the callback runs in; the current one when it is not given. */
  context?: Context | null | undefined;
}
