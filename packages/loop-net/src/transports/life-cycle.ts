import type { AbstractFuture, BaseProtocolLike, BaseTransport } from '@bight/loop-abstract';
import { kCallConnectionLost } from '../internals.js';

/** A transport that has a last callback. */
export interface Losable {
  /** @internal */
  [kCallConnectionLost](error: Error | null): void;
}

// The callbacks of every transport, named as they should appear in "Exception in callback …".

/** The first callback of a transport. */
export function connectionMade(protocol: BaseProtocolLike, transport: BaseTransport): unknown {
  return protocol.connectionMade?.(transport);
}

/** The last callback of a transport. */
export function connectionLost(transport: Losable, error: Error | null): void {
  transport[kCallConnectionLost](error);
}

/** Wakes whoever waits for a new transport, unless it was cancelled. */
export function endWaiter(waiter: AbstractFuture<void>): void {
  if (!waiter.done()) waiter.setResult(undefined);
}
