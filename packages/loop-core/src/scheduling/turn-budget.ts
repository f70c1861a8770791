/** After this many calls in a row that had nothing to wait for, one waits a turn all the same. */
const MOST_IMMEDIATE = 1024;

/**
 * How many calls of coroutine methods had nothing to wait for since the host had its turn. Each loop's dispatcher sets
 * it back.
 *
 * @internal
 */
export const immediate = { calls: 0 };

/**
 * Counts a call that has nothing to wait for. A loop of these runs in microtasks, where neither the event loop nor the
 * host gets a turn: a program that writes to a fast peer, or reads at the end of a stream, would stop every timer of
 * the process.
 *
 * @returns whether the call should wait a turn of the loop all the same
 */
export function isTurnSpent(): boolean {
  if (++immediate.calls < MOST_IMMEDIATE) return false;
  immediate.calls = 0;
  return true;
}
