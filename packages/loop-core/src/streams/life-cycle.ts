import type { AbstractFuture, BaseProtocolLike, BaseTransport } from '@bight/loop-abstract';
import { kCore } from '../internals.js';

/** What the loop calls during the life of a transport. */
export interface TransportCallbacks {
  /** From now on the protocol may receive. */
  beginReading(): void;
  /** Delivers what came while reading was paused. */
  deliverHeld(): void;
  /** The last callback. */
  callConnectionLost(error: Error | null): void;
}

/** A transport with its inner object. */
export interface HasCallbacks {
  readonly [kCore]: TransportCallbacks;
}

// The callbacks of every transport, named as they should appear in "Exception in callback …".

/** The first callback of a transport. */
export function connectionMade(protocol: BaseProtocolLike, transport: BaseTransport): unknown {
  return protocol.connectionMade?.(transport);
}

/** The second callback. */
export function beginReading(transport: HasCallbacks): void {
  transport[kCore].beginReading();
}

/** A callback that follows `resumeReading()`. */
export function deliverHeld(transport: HasCallbacks): void {
  transport[kCore].deliverHeld();
}

/** The last callback. */
export function connectionLost(transport: HasCallbacks, error: Error | null): void {
  transport[kCore].callConnectionLost(error);
}

/** Wakes the coroutine that waits for a new transport, unless it was cancelled. */
export function endWaiter(waiter: AbstractFuture<void>): void {
  if (!waiter.done()) waiter.setResult(undefined);
}
