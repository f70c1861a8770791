import { kObserver } from '../internals.js';
import { handleClose, handleOpen } from './channels.js';
import { inDebugMode } from './debug-mode.js';
import { creationStack } from './stacks.js';

/** Something that a loop keeps open, as `loop.liveHandles()` lists it. */
export interface LiveHandle {
  /** What it is: `'task'`, `'timer'`, `'transport'`, `'server'`, `'reader'`, `'process'`, … */
  readonly kind: string;
  /** The thing itself. */
  readonly handle: object;
  /** Where it was made, as lines of a stack; in debug mode only. */
  readonly stack: string | undefined;
}

interface ObservedLoop {
  readonly [kObserver]?: {
    handleOpened(resource: LiveHandle): void;
    handleClosed(resource: LiveHandle): void;
  };
}

const openHandles = new WeakMap<object, Map<object, LiveHandle>>();

/**
 * Adds something that has to be closed to the list of what its loop has open: `loop.assertNoLeaks()` names it until
 * {@link untrackHandle} removes it. For authors of add-ons; any loop will do.
 *
 * @param kind - what it is, in a word
 */
export function trackHandle(loop: object, kind: string, handle: object): void {
  let handles = openHandles.get(loop);
  if (handles === undefined) {
    handles = new Map();
    openHandles.set(loop, handles);
  }
  const opened: LiveHandle = { kind, handle, stack: inDebugMode(loop) ? creationStack() : undefined };
  const isKnown = handles.has(handle);
  handles.set(handle, opened);
  if (isKnown) return;
  (loop as ObservedLoop)[kObserver]?.handleOpened(opened);
  if (handleOpen.hasSubscribers) handleOpen.publish({ loop, handle: opened });
}

/** Removes what {@link trackHandle} added; without effect for what is not in the list. */
export function untrackHandle(loop: object, handle: object): void {
  const handles = openHandles.get(loop);
  const closed = handles?.get(handle);
  if (closed === undefined) return;
  handles?.delete(handle);
  (loop as ObservedLoop)[kObserver]?.handleClosed(closed);
  if (handleClose.hasSubscribers) handleClose.publish({ loop, handle: closed });
}

/** What the add-ons have added for a loop, oldest first. @internal */
export function trackedHandles(loop: object): LiveHandle[] {
  return [...(openHandles.get(loop)?.values() ?? [])];
}
