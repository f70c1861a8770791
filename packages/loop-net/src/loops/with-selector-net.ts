import type { Constructor, NetLoop } from '@bight/loop-abstract';
import type { NetHostLoop } from '../driver/net-base-loop.js';
import { withEventEngine } from '../selector/engine-for.js';
import { SelectorDriver } from '../selector/selector-driver.js';
import { withDriver } from './with-driver.js';

/**
 * Adds the network to a class of loops by way of `@bight/sockets`: native code, on Linux and macOS. It is the faster one,
 * and does what Node cannot, Unix datagrams and `sendfile(2)` among it. The loop's first network call throws a
 * `NotImplementedError` where the addon is not available.
 *
 * @param Base a class of loops, anybody's, that schedules, makes futures and tasks, and reports exceptions
 */
export function withSelectorNet<B extends Constructor<NetHostLoop>>(Base: B): B & Constructor<NetLoop> {
  return withDriver(withEventEngine(Base), (door, loop) => new SelectorDriver(door, loop));
}
