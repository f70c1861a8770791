import type { SchedulingLoop } from '@bight/loop-abstract';
import type { Runnable } from './runnable.js';

interface DirectQueue {
  _enqueue(runnable: Runnable): void;
}

/**
 * Puts a runnable at the end of a loop's ready queue: straight in where the loop is one of ours, through `callSoon` on
 * anybody else's.
 *
 * @internal
 */
export function enqueue(loop: SchedulingLoop, runnable: Runnable): void {
  if ('_enqueue' in loop) (loop as unknown as DirectQueue)._enqueue(runnable);
  else loop.callSoon(run, [runnable]);
}

function run(runnable: Runnable): void {
  runnable._run();
}
