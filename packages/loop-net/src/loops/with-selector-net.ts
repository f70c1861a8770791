import type { Constructor, NetLoop, ReadinessLoop, SocketLoop } from '@bight/loop-abstract';
import type { NetHostLoop } from '../driver/network.js';
import { nativeParts } from '../native/native-parts.js';
import { withReadiness } from '../selector/with-readiness.js';
import { withDriver } from './with-driver.js';

/**
 * Adds the network to a class of loops by way of `@bight/sockets`: native code, on Linux and macOS. It is the faster
 * one, and does what Node cannot: `addReader()` and the like, the `sock…` methods, Unix datagrams, `sendfile(2)`. The
 * loop's first network call throws a `NotImplementedError` where the addon is not available.
 *
 * @param Base - a class of loops, also a foreign one, that schedules, makes futures and tasks, and reports exceptions
 */
export function withSelectorNet<B extends Constructor<NetHostLoop>>(
  Base: B,
): B & Constructor<NetLoop & ReadinessLoop & SocketLoop> {
  return withReadiness(withDriver(Base, (loop) => nativeParts().createDriver(loop)));
}
