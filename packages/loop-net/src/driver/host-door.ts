import type { SchedulingLoop } from '@bight/loop-abstract';

/** The fast way in of loops that have one. */
interface HostEventLoop {
  runHostEvent<T, A>(fn: (this: T, arg: A) => void, self: T, arg: A): void;
}

/** How the host's callbacks get into a loop. Once the loop is closed, nothing runs any more. */
export interface HostDoor {
  /** Has `fn.call(self, arg)` run inside the loop: at once, within the host's callback, if the loop is idle. */
  enter<T, A>(fn: (this: T, arg: A) => void, self: T, arg: A): void;

  /** The same, but not before the host's callback has ended: what is queued together runs in one iteration. */
  enqueue<T, A>(fn: (this: T, arg: A) => void, self: T, arg: A): void;
}

/** Finds the best way into a loop. */
export function hostDoor(loop: SchedulingLoop): HostDoor {
  const enqueue: HostDoor['enqueue'] = (fn, self, arg) => {
    if (!loop.isClosed()) loop.callSoonThreadsafe(() => fn.call(self, arg));
  };
  if (!('runHostEvent' in loop)) return { enter: enqueue, enqueue };
  const direct = loop as SchedulingLoop & HostEventLoop;
  return { enter: (fn, self, arg) => direct.runHostEvent(fn, self, arg), enqueue };
}
