import type { AbstractFuture, HasFileno } from '@bight/loop-abstract';
import type { Callbacks } from '../callbacks.js';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { OpenResources } from '../open-resources.js';
import type { StreamChannel } from './stream-channel.js';

/** What a pipe transport is made of. */
export interface PipeParts<P> {
  readonly loop: SubprocessHostLoop;
  readonly callbacks: Callbacks;
  readonly resources: OpenResources;
  readonly channel: StreamChannel;
  readonly protocol: P;
  /** What `getExtraInfo('pipe')` gives. */
  readonly pipe: HasFileno;
  /** Ends once `connectionMade` has been called. */
  readonly waiter: AbstractFuture<void> | null;
}

/** Ends the waiter of a transport, unless it has been cancelled. */
export function endWaiter(waiter: AbstractFuture<void>): void {
  if (!waiter.done()) waiter.setResult();
}
