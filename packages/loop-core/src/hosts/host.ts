import type { AbstractEventLoop } from '@bight/loop-abstract';

/**
 * What a loop asks of the platform that it runs on. One host serves one loop.
 *
 * A loop never blocks the thread. It asks its host to be called back, does what is ready, and returns, so that the
 * rest of the process (timers, servers, `fetch`) goes on beside it. Write a host to run a loop somewhere new: in a
 * browser, on a virtual clock, on a readiness selector.
 */
export interface Host {
  /** Monotonic time in **seconds**. Only differences mean something. */
  time(): number;

  /**
   * By how many **seconds** a positive delay is later than now at least. A clock that stands still while code runs
   * needs it: a delay that vanishes in the rounding of `time() + delay` would be over at once, again and again. Without
   * it there is no such limit.
   */
  readonly resolution?: number;

  /** Calls back once, after the platform had a chance to deliver I/O and to run its own timers. */
  callSoon(callback: () => void): void;

  /** Calls back once, when every microtask that is queued now, and every one that those queue, has run. */
  callAfterMicrotasks(callback: () => void): void;

  /**
   * Runs every microtask that {@link callAfterMicrotasks} would wait for, before it returns: that spares the loop a way
   * through the platform after each `await`. It never throws. Without it, the loop always waits.
   *
   * @param isKnownToWork - whether it has returned `true` in this turn already, so that it need not look again
   * @returns whether they have run; `false` within a microtask, where the loop has to wait
   */
  readonly settle?: ((isKnownToWork: boolean) => boolean) | undefined;

  /**
   * Calls back once, as soon as what the platform is doing right now is over; I/O may have to wait. The loop bounds how
   * often in a row it requests this.
   */
  callNext(callback: () => void): void;

  /**
   * Calls back once, not before `when` (seconds, on the clock of {@link time}). A host has one alarm; a new one
   * replaces it.
   */
  setAlarm(when: number, callback: () => void): void;

  /** Forgets the alarm. */
  clearAlarm(): void;

  /** Keeps the process alive until {@link release}. */
  hold(): void;

  /** Lets the process end when it has nothing else to do. */
  release(): void;

  /** Called once, when a loop is made on this host: for hosts that bring events of their own into it. */
  attach?(loop: AbstractEventLoop): void;

  /** Called once, when the loop is closed. */
  close?(): void;
}
