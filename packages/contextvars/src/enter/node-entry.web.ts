import type { Entry } from './node-entry.js';

/** Browsers and edge runtimes have the storage's own way alone. */
export function nodeEntry(): Entry | undefined {
  return undefined;
}
