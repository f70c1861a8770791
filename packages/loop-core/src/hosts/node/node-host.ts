import type { Host } from '../host.js';
import {
  clearInterval,
  clearTimeout,
  nextTick,
  now,
  setImmediate,
  setInterval,
  setTimeout,
} from '../platform.js';
import { makeSettle } from './settle.js';

// setTimeout counts in whole milliseconds of a 32-bit integer: 24.8 days.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const resolved = Promise.resolve();
const tick = nextTick as NonNullable<typeof nextTick>;

/**
 * The host of a loop on Node.js (and on Bun and Deno, which offer the same calls): `setImmediate`, `process.nextTick`
 * and one `setTimeout` for the earliest timer.
 */
export class NodeHost implements Host {
  readonly settle: ((isKnownToWork: boolean) => boolean) | undefined = makeSettle();
  #alarm: NodeJS.Timeout | undefined;
  #hold: NodeJS.Timeout | undefined;

  time(): number {
    return now() / 1000;
  }

  callSoon(callback: () => void): void {
    setImmediate(callback);
  }

  /**
   * One microtask is not enough: an `await` of an async function takes several. Node empties the microtask queue before
   * it runs the ticks again, so a tick queued from inside a microtask runs when the queue is empty.
   */
  callAfterMicrotasks(callback: () => void): void {
    void resolved.then(() => tick(callback));
  }

  callNext(callback: () => void): void {
    tick(callback);
  }

  setAlarm(when: number, callback: () => void): void {
    clearTimeout(this.#alarm);
    // Node's clock for timeouts has whole milliseconds and may run up to one early: round up, never down.
    const delayMs = Math.ceil((when - this.time()) * 1000);
    this.#alarm = setTimeout(callback, Math.max(1, Math.min(delayMs, LONGEST_TIMEOUT_MS)));
  }

  clearAlarm(): void {
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
  }

  hold(): void {
    this.#hold ??= setInterval(nothing, LONGEST_TIMEOUT_MS);
  }

  release(): void {
    clearInterval(this.#hold);
    this.#hold = undefined;
  }
}

function nothing(): void {}
