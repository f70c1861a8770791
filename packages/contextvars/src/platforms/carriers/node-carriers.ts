import type { AsyncResource } from 'node:async_hooks';
import type { Carriers } from '../carrier.js';
import { ResourceSlotCarriers } from '../node20/carriers.js';
import { ResourceSlotPlatform } from '../node20/platform.js';
import { ContextMapCarriers } from '../node24/carriers.js';
import { ContextMapPlatform } from '../node24/platform.js';
import type { Platform } from '../platform.js';

/**
 * The carriers of the platforms that rely on what Node does not document; `undefined` for others.
 *
 * For browsers and edge runtimes the build puts `node-carriers.web.ts` in the place of this file.
 */
export function nodeCarriers(platform: Platform, Resource: typeof AsyncResource): Carriers | undefined {
  if (platform instanceof ContextMapPlatform) return new ContextMapCarriers(platform, Resource);
  if (platform instanceof ResourceSlotPlatform) return new ResourceSlotCarriers(platform, Resource);
  return undefined;
}
