import { kReserveTimer } from '../internals.js';

/** Which place the next timer takes among those of equal time, where one was kept for it. @internal */
export const kept: { place: number | null } = { place: null };

/**
 * Keeps a place among the timers of equal time, for a timer that may turn out not to be needed.
 *
 * @returns `null` where the loop keeps none: it is not ours
 * @internal
 */
export function reserveTimer(loop: object): number | null {
  return kReserveTimer in loop ? (loop as { [kReserveTimer](): number })[kReserveTimer]() : null;
}

/** Calls a function that sets a timer, which takes the place that was kept. @internal */
export function inPlace<R>(place: number, set: () => R): R {
  kept.place = place;
  try {
    return set();
  } finally {
    kept.place = null;
  }
}
