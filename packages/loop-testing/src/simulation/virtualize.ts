import { kClock } from '../internals.js';
import { currentHost } from '../network/current-host.js';
import { installPlatform } from '../platform/install.js';
import { enterWorld, leaveWorld } from '../platform/platform-world.js';
import { Random } from '../random/random.js';
import type { VirtualEventLoop } from './virtual-event-loop.js';

// When every world begins: at the start of the year 2000, in seconds since 1970.
const EPOCH_SECONDS = 946_684_800;

/**
 * Makes the platform's clocks, timers and random numbers those of a loop's world, for the code that runs in that loop.
 *
 * @returns a function that ends this
 */
export function virtualize(loop: VirtualEventLoop): () => void {
  const streams = new Map<string, Random>();
  const uninstall = installPlatform();
  enterWorld({
    loop,
    get random() {
      const host = currentHost.get()?.name ?? '';
      let stream = streams.get(host);
      if (stream === undefined) {
        stream = Random.stream(loop.seed, 'platform', host);
        streams.set(host, stream);
      }
      return stream;
    },
    now: () => loop.time(),
    date: () => EPOCH_SECONDS + loop.time() + (currentHost.get()?.[kClock].offset ?? 0),
    at: (when, event) => loop.clock.at(currentHost.get()?.[kClock].toWorld(when) ?? when, event),
  });
  return () => {
    leaveWorld(loop);
    uninstall();
  };
}
