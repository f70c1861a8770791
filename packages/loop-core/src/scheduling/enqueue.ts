import type { SchedulingLoop } from '@bight/loop-abstract';
import { kEnqueue, kRun } from '../internals.js';
import type { Runnable } from './runnable.js';

interface DirectQueue {
  [kEnqueue](runnable: Runnable): void;
}

/**
 * Puts a runnable at the end of a loop's ready queue: straight in where the loop is one of ours, through `callSoon` on
 * a foreign one.
 *
 * @internal
 */
export function enqueue(loop: SchedulingLoop, runnable: Runnable): void {
  if (kEnqueue in loop) (loop as unknown as DirectQueue)[kEnqueue](runnable);
  else loop.callSoon(runRunnable, [runnable]);
}

function runRunnable(runnable: Runnable): void {
  runnable[kRun]();
}
