import type { Platform } from './platform.js';

/** Browsers and edge runtimes are not Node: they need not load what is for it alone. */
export function nodePlatform(): Platform | null {
  return null;
}
