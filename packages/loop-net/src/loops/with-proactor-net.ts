import type { Constructor, NetLoop } from '@bight/loop-abstract';
import type { NetHostLoop } from '../driver/network.js';
import { ProactorDriver } from '../proactor/proactor-driver.js';
import { withDriver } from './with-driver.js';

/**
 * Adds the network to a class of loops by way of Node's own sockets: no native code, on every platform.
 *
 * It lacks what Node cannot do: `addReader()` and the like, the `sock…` methods, Unix datagrams.
 *
 * @param Base - a class of loops, also a foreign one, that schedules, makes futures and tasks, and reports exceptions
 */
export function withProactorNet<B extends Constructor<NetHostLoop>>(Base: B): B & Constructor<NetLoop> {
  return withDriver(Base, (loop) => new ProactorDriver(loop));
}
