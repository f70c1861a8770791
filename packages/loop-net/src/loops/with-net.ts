import type { Constructor, NetLoop } from '@bight/loop-abstract';
import type { NetHostLoop } from '../driver/network.js';
import { unavailableReason } from '../native/native-parts.js';
import { withProactorNet } from './with-proactor-net.js';
import { withSelectorNet } from './with-selector-net.js';

/**
 * Adds the network to a class of loops in the best way available: {@link withSelectorNet} where `@bight/sockets` is
 * available, {@link withProactorNet} otherwise.
 *
 * @param Base - a class of loops, also a foreign one, that schedules, makes futures and tasks, and reports exceptions
 */
export function withNet<B extends Constructor<NetHostLoop>>(Base: B): B & Constructor<NetLoop> {
  return unavailableReason() === null ? withSelectorNet(Base) : withProactorNet(Base);
}
