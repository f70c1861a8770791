import type { AddrInfo } from '@bight/loop-abstract';
import type { BindOptions } from '../driver/net-driver.js';

/** Gives a bound socket of `@bight/sockets` for an address, in place of one that the driver would make. */
export type ListenerSource = (address: AddrInfo, options: BindOptions) => PromiseLike<unknown>;

let source: ListenerSource | null = null;

/**
 * Sets where all servers of this thread take their sockets from, such as the process that supervises it. With `null`
 * they make their own again.
 */
export function setListenerSource(made: ListenerSource | null): void {
  source = made;
}

/** Where servers take their sockets from; `null`: they make their own. @internal */
export function listenerSource(): ListenerSource | null {
  return source;
}
