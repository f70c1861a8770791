import type { SchedulingLoop } from '@bight/loop-abstract';

interface HostEventLoop {
  runHostEvent<S, A>(callback: (this: S, arg: A) => void, self: S, arg: A): void;
}

interface HostBatchLoop {
  runHostBatch<S>(next: (this: S) => boolean, self: S): void;
}

/**
 * Brings an event of the host into a loop: the loop calls `callback.call(self, arg)`, in the order of arrival, at once
 * if it is idle. For authors of drivers; to be called from a callback of the host and not from code that
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

/**
 * {@link enterFromHost} that never runs the callback within the host's own: events that the host reports together run
 * in one iteration.
 */
export function enqueueFromHost<S, A>(
  loop: SchedulingLoop,
  callback: (this: S, arg: A) => void,
  self: S,
  arg: A,
): void {
  if (!loop.isClosed()) loop.callSoonThreadsafe(() => callback.call(self, arg));
}

/**
 * {@link enterFromHost} for many events at once: the loop calls `next.call(self)` again and again, each time for one
 * event, until it returns `false`. Every event is a callback of its own, all in one iteration.
 */
export function enterBatchFromHost<S>(loop: SchedulingLoop, next: (this: S) => boolean, self: S): void {
  if (loop.isClosed()) return;
  if ('runHostBatch' in loop) (loop as SchedulingLoop & HostBatchLoop).runHostBatch(next, self);
  else loop.callSoonThreadsafe(deliverAll<S>, [next, self]);
}

function deliverAll<S>(next: (this: S) => boolean, self: S): void {
  while (next.call(self));
}
