import type { Instrument } from '@bight/loop-core';
import type { Histogram, Meter } from '@opentelemetry/api';

// Taken at import: fake timers, which replace the global functions, are not for this.
const readClock = performance.now.bind(performance);

const BOUNDARIES = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** How late the loop is, and how long it is busy between two polls. */
export class LoopTimes implements Instrument {
  readonly #lag: Histogram;
  readonly #duration: Histogram;
  #dueAt = Number.POSITIVE_INFINITY;
  #busySince = now();

  constructor(meter: Meter) {
    const options = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } };
    this.#lag = meter.createHistogram('bight.loop.lag', {
      ...options,
      description: 'How late the loop wakes for its next timer.',
    });
    this.#duration = meter.createHistogram('bight.loop.iteration.duration', {
      ...options,
      description: 'How long the loop is busy between two polls.',
    });
  }

  beforePoll(timeoutSeconds: number | null): void {
    const at = now();
    this.#duration.record(at - this.#busySince);
    this.#dueAt = timeoutSeconds === null ? Number.POSITIVE_INFINITY : at + timeoutSeconds;
  }

  afterPoll(): void {
    this.#busySince = now();
    if (this.#busySince >= this.#dueAt) this.#lag.record(this.#busySince - this.#dueAt);
  }
}

/** Seconds, on a monotonic clock. */
function now(): number {
  return readClock() / 1000;
}
