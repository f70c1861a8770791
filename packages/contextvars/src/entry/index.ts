import { LinkedFramePlatform } from '../carriers/linked-frame.js';
import { platform } from '../carriers/platform.js';
import { ResourceSlotPlatform } from '../carriers/resource-slot.js';
import type { EnterContext } from './enter.js';
import { linkedEntry } from './linked.js';
import { plainEntry } from './plain.js';
import { enterBySlot, SlotEntry } from './slot.js';

/** Enters and leaves contexts without a callback, on platforms where that can be done. */
export const slotEntry = platform instanceof ResourceSlotPlatform ? new SlotEntry(platform) : undefined;

/** Calls a function in a context, on this platform. */
export const enterContext: EnterContext = chooseEntry();

function chooseEntry(): EnterContext {
  if (platform instanceof LinkedFramePlatform) return linkedEntry(platform);
  return slotEntry !== undefined ? enterBySlot(slotEntry) : plainEntry(platform.storage);
}
