import type { AsyncResource } from 'node:async_hooks';
import type { Carrier } from '../carriers/carrier.js';
import type { ContextFramePlatform } from '../carriers/context-frame.js';
import type { Context } from '../context.js';
import { Frame } from '../frames/frame.js';
import { adoptChanges, callInside, type Here } from './changes.js';
import {
  contextInFrame,
  type EnterContext,
  frameIn,
  guard,
  noteEntry,
  noteExit,
  type RunInContext,
} from './enter.js';
import { type Door, EntryMemory } from './memory.js';

/**
 * Enters contexts on Node 24 and later, where making an asynchronous context frame is what costs: from the second entry on a
 * context remembers the frame that it made and what the frame outside was, and restores its own when entered from the same place.
 *
 * A frame that is restored brings back everybody's values. So this is only done where they are the same anyway, which is what
 * comparing the places is for; and what the function changed of them with `enterWith` is carried over when it is done.
 */
export function rememberedEntry(platform: ContextFramePlatform): EnterContext {
  return (context, exclusive, fn, self, args) => {
    const here: Here = platform.capture();
    const place = platform.identity(here);
    const known = context.doors?.find(place);
    if (known !== undefined) {
      if (exclusive) guard(context, known.outer);
      return goThrough(platform, known, here, context, fn, self, args);
    }
    const frame = platform.storage.getStore();
    const outer = contextInFrame(frame);
    if (exclusive) guard(context, outer);
    const inner = frameIn(context, frame);
    if (context.doors !== undefined) {
      const door = makeDoor(platform, platform.captureIn(here, inner), outer, inner.loop);
      context.doors ??= new EntryMemory();
      if (context.doors.pays) context.doors.add(place, door);
      return goThrough(platform, door, here, context, fn, self, args);
    }
    context.doors = null;
    noteEntry(context, outer);
    try {
      return (here as AsyncResource).runInAsyncScope(
        enterAndCall,
        platform,
        here,
        inner,
        fn,
        self,
        args,
      ) as never;
    } finally {
      noteExit(context, outer);
      adoptChanges(here);
    }
  };
}

/** Enters contexts for event loops: `Platform.runInFrame` with the frames remembered. */
export function rememberedRunInContext(platform: ContextFramePlatform): RunInContext {
  return (carrier, context, loop, fn, self, arg) => {
    const place = platform.identity(carrier);
    const known = context.loopDoors?.find(place);
    if (known !== undefined && known.loop === loop) {
      return platform.runInCarrier(known.resource as Carrier, fn, self, arg);
    }
    const frame = new Frame(context, loop, null);
    if (context.loopDoors === undefined) {
      context.loopDoors = null;
      return platform.runInFrame(carrier, frame, fn, self, arg);
    }
    context.loopDoors ??= new EntryMemory();
    if (!context.loopDoors.pays) return platform.runInFrame(carrier, frame, fn, self, arg);
    const inside = platform.captureIn(carrier, frame);
    const door = makeDoor(platform, inside, context, loop);
    context.loopDoors.add(place, door);
    // What a callback schedules in its own context comes from inside.
    context.loopDoors.add(door.inside, door);
    return platform.runInCarrier(inside, fn, self, arg);
  };
}

function makeDoor(
  platform: ContextFramePlatform,
  inside: Carrier,
  outer: Context,
  loop: object | null,
): Door {
  return { resource: inside as AsyncResource, inside: platform.identity(inside), outer, loop };
}

function goThrough<T, A extends unknown[], R>(
  platform: ContextFramePlatform,
  door: Door,
  here: Here,
  context: Context,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
): R {
  const { outer } = door;
  noteEntry(context, outer);
  try {
    return door.resource.runInAsyncScope(callInside, platform, here, door.inside, fn, self, args) as R;
  } finally {
    noteExit(context, outer);
    adoptChanges(here);
  }
}

function enterAndCall<T, A extends unknown[], R>(
  this: ContextFramePlatform,
  here: Here,
  frame: Frame,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
): R {
  this.storage.enterWith(frame);
  const inside = this.identity(this.capture());
  return callInside.call(this, here, inside, fn as never, self, args) as R;
}
