import { currentRunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import type { Random } from '../random/random.js';

/** What the platform's functions give to code that runs in a simulation. */
export interface PlatformWorld {
  readonly loop: AbstractEventLoop;
  /** Random numbers for the host on which the calling code runs. */
  readonly random: Random;
  /** What the clock of that host shows: **seconds** since the simulation began. */
  now(): number;
  /** The date there: **seconds** since 1970. */
  date(): number;
  /** Schedules an event outside of every loop. @returns a function that cancels it */
  at(when: number, event: () => void): () => void;
}

const worlds = new WeakMap<object, PlatformWorld>();

/** Makes the platform's functions those of a world for all code that runs in its loop, until {@link leaveWorld}. */
export function enterWorld(world: PlatformWorld): void {
  worlds.set(world.loop, world);
}

/** Gives the platform's own functions back to what still runs in a loop. */
export function leaveWorld(loop: AbstractEventLoop): void {
  worlds.delete(loop);
}

/** The world in which the calling code runs. */
export function worldHere(): PlatformWorld | undefined {
  const loop = currentRunContext()?.loop as AbstractEventLoop | null | undefined;
  return loop ? worlds.get(loop) : undefined;
}
