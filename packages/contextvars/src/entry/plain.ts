import type { FrameStorage } from '../shared-state.js';
import { contextInFrame, type EnterContext, frameIn, guard, noteEntry, noteExit } from './enter.js';

/** Enters contexts by running a new frame in the storage. */
export function plainEntry(storage: FrameStorage): EnterContext {
  return (context, exclusive, fn, self, args) => {
    const frame = storage.getStore();
    const outer = contextInFrame(frame);
    if (exclusive) guard(context, outer);
    noteEntry(context, outer);
    try {
      return storage.run(frameIn(context, frame), Reflect.apply, fn, self, args);
    } finally {
      noteExit(context, outer);
    }
  };
}
