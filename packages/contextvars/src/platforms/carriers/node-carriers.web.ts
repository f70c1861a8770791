import type { Carriers } from '../carrier.js';

/** Browsers and edge runtimes have no platform that is Node's alone. */
export function nodeCarriers(): Carriers | undefined {
  return undefined;
}
