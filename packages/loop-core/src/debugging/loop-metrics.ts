// Enough for stable percentiles, and 8 KB.
const LAGS = 1024;

/** How late timers were, in **seconds**; the last thousand or so. */
export interface Lag {
  /** How many timers this is about. */
  readonly count: number;
  /** Half of them were no later than this. */
  readonly p50: number;
  /** Nine in ten were no later than this. */
  readonly p90: number;
  /** All but one in a hundred were no later than this. */
  readonly p99: number;
  /** The latest of them. */
  readonly max: number;
}

/** What `loop.statistics()` returns. */
export interface LoopStatistics {
  /** How many callbacks wait for their turn. */
  readonly ready: number;
  /** How many timers are set. */
  readonly timers: number;
  /** How many tasks are not done. */
  readonly tasks: number;
  /** For how many **seconds** the loop has been measured: since the first call of `statistics()`. */
  readonly seconds: number;
  /** How many iterations it has run since then. */
  readonly iterations: number;
  /** Which part of that time it was busy, from 0 to 1. */
  readonly busyShare: number;
  /** How late its timers have been. */
  readonly lag: Lag;
}

/**
 * Measures how a loop spends its time: the dispatcher reports when the loop wakes, when it has nothing more to do, and
 * how late timers are. Before the first call of `statistics()` a loop has none, and pays nothing.
 *
 * @internal
 */
export class LoopMetrics {
  iterations = 0;
  readonly #began: number;
  readonly #lags = new Float64Array(LAGS);
  #lagCount = 0;
  #busySeconds = 0;
  #busySince: number | null = null;

  /** @param now - in seconds; the loop is assumed to be busy if it runs: its own code just called */
  constructor(now: number, isBusy: boolean) {
    this.#began = now;
    this.#busySince = isBusy ? now : null;
  }

  busy(now: number): void {
    this.#busySince ??= now;
  }

  idle(now: number): void {
    if (this.#busySince === null) return;
    this.#busySeconds += now - this.#busySince;
    this.#busySince = null;
  }

  late(seconds: number): void {
    this.#lags[this.#lagCount++ % LAGS] = Math.max(0, seconds);
  }

  /** How long this has measured. */
  seconds(now: number): number {
    return now - this.#began;
  }

  /** Which part of the time the loop was busy: from 0 to 1. */
  busyShare(now: number): number {
    const seconds = this.seconds(now);
    if (seconds <= 0) return 0;
    const running = this.#busySince === null ? 0 : now - this.#busySince;
    return Math.min(1, (this.#busySeconds + running) / seconds);
  }

  lag(): Lag {
    const count = Math.min(this.#lagCount, LAGS);
    const sorted = this.#lags.slice(0, count).sort();
    const share = (part: number): number => sorted[Math.max(0, Math.ceil(count * part) - 1)] ?? 0;
    return { count, p50: share(0.5), p90: share(0.9), p99: share(0.99), max: share(1) };
  }
}
