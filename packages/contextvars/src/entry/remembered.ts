import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Carrier } from '../carriers/carrier.js';
import type { ContextFramePlatform } from '../carriers/context-frame.js';
import type { Context } from '../context.js';
import { Frame } from '../frames/frame.js';
import { type EnterContext, frameIn, guard, previousContext, type RunInContext } from './enter.js';
import { type Door, EntryMemory } from './memory.js';

/**
 * Enters contexts on Node 24 and later, where making an asynchronous context frame is what costs: from the second entry on a
 * context remembers the frame that it made and what the frame outside was, and restores its own when entered from the same place.
 *
 * A frame that is restored brings back everybody's values, so this must only be done where they are the same anyway, which is what
 * comparing the places is for; and when the function is done, what it changed of them with `enterWith` must still hold.
 */
export function rememberedEntry(platform: ContextFramePlatform): EnterContext {
  return (context, exclusive, fn, self, args) => {
    const here = platform.capture();
    const place = platform.identity(here);
    const door = context.doors?.find(place) ?? openDoor(platform, context, exclusive, here, place);
    const { outer } = door;
    if (exclusive) guard(context, outer);
    const outerEntered = outer.entered;
    const entered = context.entered;
    outer.entered = true;
    context.entered = true;
    try {
      return door.resource.runInAsyncScope(callInside, platform, here, door, fn, self, args) as never;
    } finally {
      context.entered = entered;
      outer.entered = outerEntered;
      const leftAs = (here as Left)[left];
      if (leftAs !== undefined) adoptChanges(leftAs, door.inside);
    }
  };
}

/** Enters contexts for event loops: `Platform.runInFrame` with the frames remembered. */
export function rememberedRunInContext(platform: ContextFramePlatform): RunInContext {
  return (carrier, context, loop, fn, self, arg) => {
    const place = platform.identity(carrier);
    const known = context.loopDoors?.find(place);
    if (known !== undefined && known.loop === loop) {
      return known.resource.runInAsyncScope(fn as (this: unknown, arg: unknown) => never, self, arg);
    }
    const frame = new Frame(context, loop, null);
    if (context.loopDoors === undefined) {
      context.loopDoors = null;
      return platform.runInFrame(carrier, frame, fn, self, arg);
    }
    context.loopDoors ??= new EntryMemory();
    if (!context.loopDoors.pays) return platform.runInFrame(carrier, frame, fn, self, arg);
    const resource = platform.captureIn(carrier, frame);
    const inside = platform.identity(resource);
    const door = { resource: resource as AsyncResource, inside, outer: context, loop };
    context.loopDoors.add(place, door);
    // What a callback schedules in its own context comes from inside.
    context.loopDoors.add(inside, door);
    return platform.runInCarrier(resource, fn, self, arg);
  };
}

/** A way into the context from here; remembered from the context's second entry on. */
function openDoor(
  platform: ContextFramePlatform,
  context: Context,
  exclusive: boolean,
  here: Carrier,
  place: object | undefined,
): Door {
  const frame = platform.storage.getStore();
  const outer = previousContext(frame);
  if (exclusive) guard(context, outer);
  const inner = frameIn(context, frame);
  const resource = platform.captureIn(here, inner);
  const door = {
    resource: resource as AsyncResource,
    inside: platform.identity(resource),
    outer,
    loop: inner.loop,
  };
  if (context.doors === undefined) {
    context.doors = null;
  } else {
    context.doors ??= new EntryMemory();
    if (context.doors.pays) context.doors.add(place, door);
  }
  return door;
}

/** Where `callInside` says that other storages may have changed. */
const left = Symbol('left');
type Left = Carrier & { [left]?: object };

function callInside<T, A extends unknown[], R>(
  this: ContextFramePlatform,
  here: Carrier,
  door: Door,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
): R {
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    const now = this.identity(this.capture());
    if (now !== door.inside) (here as Left)[left] = now;
  }
}

/**
 * Carries over what others changed: storages that have another value at the end of a function than they had at its beginning.
 * An asynchronous context frame is a `Map` of storages to values, though its prototype is Node's own.
 */
function adoptChanges(now: object, before: object | undefined): void {
  Map.prototype.forEach.call(now, (value, storage: AsyncLocalStorage<unknown>) => {
    const known = before !== undefined && Map.prototype.has.call(before, storage);
    if (known && Object.is(Map.prototype.get.call(before, storage), value)) return;
    storage.enterWith(value);
  });
}
