import type { Platform } from '../carriers/carrier.js';
import { Frame } from '../frames/frame.js';
import type { FrameStorage } from '../shared-state.js';
import {
  contextInFrame,
  type EnterContext,
  frameIn,
  guard,
  noteEntry,
  noteExit,
  type RunInContext,
} from './enter.js';

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

/** Enters contexts for event loops, with a new frame each time. */
export function plainRunInContext(platform: Platform): RunInContext {
  return (carrier, context, loop, fn, self, arg) =>
    platform.runInFrame(carrier, new Frame(context, loop, null), fn, self, arg);
}
