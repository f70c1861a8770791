import type { SchedulingLoop } from '@bight/loop-abstract';
import type { HostProcess } from './host-process.js';

/**
 * Calls a function of a process, in a turn of that process, unless the process is dead by then.
 */
export function deliver<S, A>(
  loop: SchedulingLoop,
  process: HostProcess,
  callback: (this: S, arg: A) => void,
  self: S,
  arg: A,
): void {
  if (process.isDead || loop.isClosed()) return;
  loop.callSoonThreadsafe(() => callback.call(self, arg), null, process.callOptions);
}
