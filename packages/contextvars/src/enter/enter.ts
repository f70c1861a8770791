import { currentPlatform, isPlatformChosen } from '../platforms/current.js';
import { ResourceSlotPlatform } from '../platforms/node20/platform.js';
import { ContextMapPlatform } from '../platforms/node24/platform.js';
import { enterBySlot, SlotEntry } from './node20.js';
import { contextMapEntry } from './node24.js';
import { plainEntry } from './plain.js';
import type { Enterable, EnterContext } from './rules.js';

/**
 * Enters and leaves contexts without a callback; `undefined` before the first entry, and on platforms where that cannot
 * be done.
 */
export let slotEntry: SlotEntry | undefined;

let enter: EnterContext | undefined;

/** Calls a function in a context, in the platform's way. */
export function enterContext<T, A extends unknown[], R>(
  context: Enterable,
  isExclusive: boolean,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
): R {
  if (enter !== undefined) return enter(context, isExclusive, fn, self, args);
  return chooseEntry()(context, isExclusive, fn, self, args);
}

function chooseEntry(): EnterContext {
  const platform = currentPlatform();
  if (!isPlatformChosen()) return plainEntry(platform.storage);
  if (platform instanceof ResourceSlotPlatform) {
    slotEntry = new SlotEntry(platform);
    enter = enterBySlot(slotEntry);
  } else {
    enter = platform instanceof ContextMapPlatform ? contextMapEntry(platform) : plainEntry(platform.storage);
  }
  return enter;
}
