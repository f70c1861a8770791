import type { ResourceSlotPlatform } from '../carriers/resource-slot.js';
import type { Context } from '../context.js';
import type { Frame } from '../frames/frame.js';
import { contextInFrame, type EnterContext, frameIn, guard, noteEntry, noteExit } from './enter.js';

/** Enters contexts where the current frame is a property that can be written. */
export class SlotEntry {
  readonly #platform: ResourceSlotPlatform;

  constructor(platform: ResourceSlotPlatform) {
    this.#platform = platform;
  }

  /** Makes a context the current one; returns the frame to give back to `leave`. */
  enter(context: Context, exclusive: boolean): Frame | undefined {
    const left = this.#platform.current();
    const outer = contextInFrame(left);
    if (exclusive) guard(context, outer);
    noteEntry(context, outer);
    this.#platform.write(frameIn(context, left));
    return left;
  }

  /** Undoes `enter`. */
  leave(context: Context, left: Frame | undefined): void {
    this.#platform.write(left);
    noteExit(context, contextInFrame(left));
  }
}

/** `SlotEntry` around a call. */
export function enterBySlot(entry: SlotEntry): EnterContext {
  return (context, exclusive, fn, self, args) => {
    const left = entry.enter(context, exclusive);
    try {
      return Reflect.apply(fn, self, args);
    } finally {
      entry.leave(context, left);
    }
  };
}
