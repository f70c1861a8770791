import type { Loop } from './api.js';

const BLOCKED_SECONDS = 0.05;
const BUSY_SHARE = 0.95;
const MANY_HANDLES_MORE = 20;

/** What is worth a look, and what to do about it. */
export function warningsOf(loop: Loop, history: readonly Loop[]): string[] {
  const warnings: string[] = [];
  if (loop.blockedFor > BLOCKED_SECONDS) {
    warnings.push(
      `The loop has been blocked for ${loop.blockedFor.toFixed(1)} s. Move long computations to toThread() or a pool, or await checkpoint() in between.`,
    );
  }
  if (loop.lag > BLOCKED_SECONDS) {
    warnings.push(
      `Timers are up to ${(loop.lag * 1000).toFixed(0)} ms late: a callback or a step takes that long. Record a trace to see which.`,
    );
  }
  const first = history[0];
  if (first !== undefined && first !== loop) {
    const seconds = loop.seconds - first.seconds;
    if (seconds > 5 && (loop.busySeconds - first.busySeconds) / seconds > BUSY_SHARE) {
      warnings.push(
        'The loop is busy all the time: a task never waits, or there is more work than one thread can do.',
      );
    }
    if (history.length >= 10 && isGrowing(history.map(({ tasks }) => tasks.length))) {
      warnings.push(
        'There are more and more tasks: does each of them end? A CapacityLimiter bounds how many run.',
      );
    }
    if (history.length >= 10 && loop.handles.length - first.handles.length > MANY_HANDLES_MORE) {
      warnings.push(
        'There are more and more open handles: are connections closed? Debug mode shows where each was made.',
      );
    }
  }
  return warnings;
}

function isGrowing(counts: readonly number[]): boolean {
  return (
    counts.every((count, index) => index === 0 || count >= (counts[index - 1] as number)) &&
    (counts.at(-1) as number) > 2 * ((counts[0] as number) + 10)
  );
}
