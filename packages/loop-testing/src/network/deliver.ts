import type { SchedulingLoop } from '@bight/loop-abstract';
import type { HostProcess } from './host-process.js';

/** Has the system of a host call something of a process, in the process's own turn; nothing when the process is dead by then. */
export function deliver<S, A>(
  loop: SchedulingLoop,
  process: HostProcess,
  callback: (this: S, arg: A) => void,
  self: S,
  arg: A,
): void {
  if (process.isDead || loop.isClosed()) return;
  loop.callSoonThreadsafe(() => callback.call(self, arg), null, { context: process.context });
}
