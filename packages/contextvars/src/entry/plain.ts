import type { Platform } from '../carriers/carrier.js';
import { Frame } from '../frames/frame.js';
import type { FrameStorage } from '../shared-state.js';
import { type EnterContext, frameIn, guard, previousContext, type RunInContext } from './enter.js';

/** Enters contexts by running a new frame in the storage. */
export function plainEntry(storage: FrameStorage): EnterContext {
  return (context, exclusive, fn, self, args) => {
    const frame = storage.getStore();
    const previous = previousContext(frame);
    if (exclusive) guard(context, previous);
    const previousEntered = previous.entered;
    const entered = context.entered;
    previous.entered = true;
    context.entered = true;
    try {
      return storage.run(frameIn(context, frame), Reflect.apply, fn, self, args);
    } finally {
      context.entered = entered;
      previous.entered = previousEntered;
    }
  };
}

/** Enters contexts for event loops, with a new frame each time. */
export function plainRunInContext(platform: Platform): RunInContext {
  return (carrier, context, loop, fn, self, arg) =>
    platform.runInFrame(carrier, new Frame(context, loop, null), fn, self, arg);
}
