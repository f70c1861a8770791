import { formatTaskTree } from '@bight/loop-core';
import { OpenIo } from '../clock/open-io.js';
import type { VirtualEventLoop } from './virtual-event-loop.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { clearInterval, setInterval } = globalThis;

const LOOK_MS = 50;
const LOOKS = 5;

/**
 * Watches a running loop for the state in which nothing can happen any more: nothing is queued, no timer is set, no
 * packet is on its way, and no real input, output or timer is open from which anything could come. To be called from
 * inside, before anything is opened.
 *
 * @param found - called with an error that shows which tasks wait for which
 * @returns a function that ends the watch
 */
export function watchForDeadlock(loop: VirtualEventLoop, found: (error: Error) => void): () => void {
  let looks = 0;
  const look = () => {
    looks = loop.clock.isStill && !openIo.hasAny ? looks + 1 : 0;
    if (looks === LOOKS) {
      found(new Error(`nothing can happen any more, and the test waits:\n${formatTaskTree({ loop })}`));
    }
  };
  const timer = setInterval(look, LOOK_MS);
  // The watch's own timer is nothing new.
  const openIo = new OpenIo({ timers: true });
  return () => clearInterval(timer);
}
