import { currentPlatform, isPlatformChosen } from '../platforms/current.js';
import { type Entry, nodeEntry } from './node-entry.js';
import type { SlotEntry } from './node20.js';
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
  const entry: Entry = nodeEntry(platform) ?? { enter: plainEntry(platform.storage) };
  // Not the stand-in's.
  if (isPlatformChosen()) {
    slotEntry = entry.slots;
    enter = entry.enter;
  }
  return entry.enter;
}
