import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';

/** How the clock of a host is wrong. */
export interface HostClockOptions {
  /** By how many **seconds** its date is ahead; by default as it was. */
  offset?: number;
  /**
   * By how much faster it runs: 0.01 is one percent, negative is slower; by default as it was. It must be more than -1.
   */
  drift?: number;
}

/** The clock of a host: what its code sees of the world's time. */
export class HostClock {
  #offset = 0;
  #drift = 0;
  // From then on it drifts: the world's time, and its own.
  #since = 0;
  #shown = 0;

  /** Whether it shows what the world's clock shows. */
  get isExact(): boolean {
    return this.#drift === 0 && this.#since === this.#shown;
  }

  /** By how many seconds its date is ahead. */
  get offset(): number {
    return this.#offset;
  }

  set(now: number, settings: HostClockOptions): void {
    const { offset, drift } = checkOptions(settings, ['offset', 'drift']);
    if (offset !== undefined) checkSeconds(offset, 'offset');
    if (drift !== undefined && !(checkSeconds(drift, 'drift') > -1)) {
      throw new ValueError(`drift must be more than -1, got ${drift}`);
    }
    if (offset !== undefined) this.#offset = offset;
    if (drift === undefined) return;
    this.#shown = this.fromWorld(now);
    this.#since = now;
    this.#drift = drift;
  }

  /** What it shows at a time of the world. */
  fromWorld(time: number): number {
    return this.#shown + (time - this.#since) * (1 + this.#drift);
  }

  /** The time of the world at which it shows something. */
  toWorld(shown: number): number {
    return this.#since + (shown - this.#shown) / (1 + this.#drift);
  }
}
