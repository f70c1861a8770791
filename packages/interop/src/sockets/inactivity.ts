import type { SchedulingLoop, TimerHandle } from '@bight/loop-abstract';

/** Calls a callback once after a while in which nothing happened, again and again: what `socket.setTimeout()` sets. */
export class Inactivity {
  readonly #loop: SchedulingLoop;
  readonly #callback: () => void;
  #seconds = 0;
  #lastActivity = 0;
  #timer: TimerHandle | null = null;

  constructor(loop: SchedulingLoop, callback: () => void) {
    this.#loop = loop;
    this.#callback = callback;
  }

  /**
   * Sets how long; counted from now.
   *
   * @param seconds - in seconds; 0 for no limit
   */
  set(seconds: number): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#seconds = seconds;
    if (seconds === 0 || this.#loop.isClosed()) return;
    this.#lastActivity = this.#loop.time();
    this.#timer = this.#loop.callLater(seconds, () => this.#due());
  }

  /** Something happened. */
  note(): void {
    if (this.#seconds === 0) return;
    // After the limit was reached there is no timer, until something happens again.
    if (this.#timer === null) this.set(this.#seconds);
    else this.#lastActivity = this.#loop.time();
  }

  #due(): void {
    const rest = this.#lastActivity + this.#seconds - this.#loop.time();
    this.#timer = null;
    if (rest > 0) this.#timer = this.#loop.callLater(rest, () => this.#due());
    else this.#callback();
  }
}
