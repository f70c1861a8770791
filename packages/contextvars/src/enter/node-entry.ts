import { ResourceSlotPlatform } from '../platforms/node20/platform.js';
import { ContextMapPlatform } from '../platforms/node24/platform.js';
import type { Platform } from '../platforms/platform.js';
import { enterBySlot, SlotEntry } from './node20.js';
import { contextMapEntry } from './node24.js';
import type { EnterContext } from './rules.js';

/** How contexts are entered. */
export interface Entry {
  readonly enter: EnterContext;
  /** The same without a callback, where that can be done. */
  readonly slots?: SlotEntry;
}

/**
 * How contexts are entered on the platforms that rely on what Node does not document; `undefined` on others.
 *
 * For browsers and edge runtimes the build puts `node-entry.web.ts` in the place of this file.
 */
export function nodeEntry(platform: Platform): Entry | undefined {
  if (platform instanceof ContextMapPlatform) return { enter: contextMapEntry(platform) };
  if (!(platform instanceof ResourceSlotPlatform)) return undefined;
  const slots = new SlotEntry(platform);
  return { enter: enterBySlot(slots), slots };
}
