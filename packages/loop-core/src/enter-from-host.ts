import type { SchedulingLoop } from '@bight/loop-abstract';

interface HostEventLoop {
  runHostEvent<S, A>(callback: (this: S, arg: A) => void, self: S, arg: A): void;
}

/**
 * Brings an event of the host into a loop: has `callback.call(self, arg)` run by the loop, in the order of arrival, at
 * once if the loop is idle. For authors of drivers; to be called from a callback of the host and not from code that
 * runs inside the loop. The callback runs in no particular context: see {@link callbackCarrier}. Nothing happens when
 * the loop is closed.
 */
export function enterFromHost<S, A>(
  loop: SchedulingLoop,
  callback: (this: S, arg: A) => void,
  self: S,
  arg: A,
): void {
  if (loop.isClosed()) return;
  if ('runHostEvent' in loop) (loop as HostEventLoop).runHostEvent(callback, self, arg);
  else (loop as SchedulingLoop).callSoonThreadsafe(() => callback.call(self, arg));
}
