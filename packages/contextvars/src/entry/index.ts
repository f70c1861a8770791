import { ContextFramePlatform } from '../carriers/context-frame.js';
import { platform } from '../carriers/platform.js';
import { ResourceSlotPlatform } from '../carriers/resource-slot.js';
import type { EnterContext } from './enter.js';
import { plainEntry, plainRunInContext } from './plain.js';
import { rememberedEntry, rememberedRunInContext } from './remembered.js';
import { enterBySlot, SlotEntry } from './slot.js';

const frames = platform instanceof ContextFramePlatform ? platform : undefined;

/** Enters and leaves contexts without a callback, on platforms where that can be done. */
export const slotEntry = platform instanceof ResourceSlotPlatform ? new SlotEntry(platform) : undefined;

/** Calls a function in a context, on this platform. */
export const enterContext: EnterContext = chooseEntry();

/** Calls a loop's function in a context, on this platform. */
export const runInContext = frames ? rememberedRunInContext(frames) : plainRunInContext(platform);

function chooseEntry(): EnterContext {
  if (frames !== undefined) return rememberedEntry(frames);
  return slotEntry !== undefined ? enterBySlot(slotEntry) : plainEntry(platform.storage);
}
