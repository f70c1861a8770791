import { kIsAwaiter, kRun } from '../internals.js';
/**
 * Something that waits in a loop's ready queue for its turn. Handles are runnables, and so is whatever waits for a
 * future (a task, a coroutine, an `await`): those queue themselves, so that waking costs no further object.
 *
 * @internal
 */
export interface Runnable {
  /** Takes its turn. Never throws: an error is reported to the loop's exception handler. */
  [kRun](): void;
  /** Whether it is an `await`, whose turn retrieves a failed future's exception; a plain callback may not read it. */
  [kIsAwaiter]: boolean;
}

/**
 * Whether the callback that runs now has resumed or started an async function. If it did, every microtask that this
 * caused must run before the next callback; if not, the next callback can follow at once.
 *
 * One flag serves all loops of a thread: only one callback runs at a time.
 *
 * `drain` counts how often the microtasks have run to their end, so that what happens after a callback can be
 * attributed to it.
 *
 * @internal
 */
export const turn = { resumed: false, drain: 0 };
