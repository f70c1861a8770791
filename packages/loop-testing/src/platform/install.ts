import { syncBuiltinESMExports } from 'node:module';
import { clockPatches } from './clocks.js';
import { apply } from './patch.js';
import { randomnessPatches } from './randomness.js';
import { timerPatches } from './timers.js';

let users = 0;
let restore: (() => void) | null = null;

/**
 * Puts functions in place of the platform's that ask in which world they are called: code of a simulation gets that
 * world's time and random numbers, all other code of the process gets what it always gets. The first simulation puts
 * them in place.
 *
 * @returns a function that ends this; with the last simulation the platform's own functions come back
 */
export function installPlatform(): () => void {
  if (users === 0) {
    restore = apply([...randomnessPatches(), ...clockPatches(), ...timerPatches()]);
    syncBuiltinESMExports();
  }
  users++;
  let isInstalled = true;
  return () => {
    if (!isInstalled) return;
    isInstalled = false;
    if (--users > 0) return;
    restore?.();
    restore = null;
    syncBuiltinESMExports();
  };
}
