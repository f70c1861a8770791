import type { LinkedFramePlatform } from '../carriers/linked-frame.js';
import type { Frame, Others } from '../frames/frame.js';
import { adoptChanges } from './changes.js';
import { contextInFrame, type EnterContext, frameIn, guard, noteEntry, noteExit } from './enter.js';

/** Enters contexts on Node 24 and later: with a frame of their own, linked to what other storages hold outside. */
export function linkedEntry(platform: LinkedFramePlatform): EnterContext {
  // What other storages hold at the end of a function that changed them; read as soon as it was written.
  let after: Others | undefined;

  function callInside<T, A extends unknown[], R>(
    this: Frame,
    fn: (this: T, ...args: A) => R,
    self: T,
    args: A,
  ): R {
    try {
      return Reflect.apply(fn, self, args);
    } finally {
      after = this.copied ? othersNow(this) : undefined;
    }
  }

  function othersNow(inner: Frame): Others | undefined {
    const frame = platform.storage.getStore();
    return frame === inner ? undefined : platform.othersBeside(frame);
  }

  return (context, exclusive, fn, self, args) => {
    const frame = platform.storage.getStore();
    const outer = contextInFrame(frame);
    if (exclusive) guard(context, outer);
    const others = platform.othersBeside(frame);
    const inner = linked(platform, frameIn(context, frame), others);
    noteEntry(context, outer);
    try {
      return platform.run.call(inner, callInside, inner, fn, self, args) as never;
    } finally {
      noteExit(context, outer);
      if (after !== undefined) {
        adoptChanges(others, after);
        after = undefined;
      }
    }
  };
}

/** A context holds on to its bare frame, which therefore must not lead to what is stored where it was entered first. */
function linked(platform: LinkedFramePlatform, frame: Frame, others: Others): Frame {
  if (frame.others === null && frame === frame.context.bareFrame) frame.others = platform.nothing;
  return platform.link(frame, others);
}
