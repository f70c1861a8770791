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
    readonly seesHandles: boolean;
    handleOpened(resource: LiveHandle): void;
    handleClosed(resource: LiveHandle): void;
  };
}

/**
 * By loop. Of what nothing has looked at, only the kind is kept: a record for each of ten thousand connections would
 * be a twentieth of what they take.
 */
const openHandles = new WeakMap<object, Map<object, LiveHandle | string>>();

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
  const stack = inDebugMode(loop) ? creationStack() : undefined;
  const observer = (loop as ObservedLoop)[kObserver];
  const isSeen = observer?.seesHandles === true || handleOpen.hasSubscribers || handleClose.hasSubscribers;
  if (stack === undefined && !isSeen) {
    handles.set(handle, kind);
    return;
  }
  const opened: LiveHandle = { kind, handle, stack };
  const isKnown = handles.has(handle);
  handles.set(handle, opened);
  if (isKnown) return;
  observer?.handleOpened(opened);
  if (handleOpen.hasSubscribers) handleOpen.publish({ loop, handle: opened });
}

/** Removes what {@link trackHandle} added; without effect for what is not in the list. */
export function untrackHandle(loop: object, handle: object): void {
  const handles = openHandles.get(loop);
  const entry = handles?.get(handle);
  if (handles === undefined || entry === undefined) return;
  handles.delete(handle);
  const observer = (loop as ObservedLoop)[kObserver];
  if (observer?.seesHandles !== true && !handleClose.hasSubscribers) return;
  const closed = liveHandle(entry, handle);
  observer?.handleClosed(closed);
  if (handleClose.hasSubscribers) handleClose.publish({ loop, handle: closed });
}

function liveHandle(entry: LiveHandle | string, handle: object): LiveHandle {
  return typeof entry === 'string' ? { kind: entry, handle, stack: undefined } : entry;
}

/** What the add-ons have added for a loop, oldest first. @internal */
export function trackedHandles(loop: object): LiveHandle[] {
  const handles = openHandles.get(loop);
  return handles === undefined ? [] : Array.from(handles, ([handle, entry]) => liveHandle(entry, handle));
}
