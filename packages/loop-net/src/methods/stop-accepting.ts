import type { AbstractServer } from '@bight/loop-abstract';
import { kRest } from '../internals.js';

/**
 * Stops a server from accepting connections, before it is closed: `close()` drops those that were accepted and not
 * handed to a protocol yet. A few turns of the loop later there are none. For servers whose sockets another process
 * goes on to accept from.
 */
export function stopAccepting(server: AbstractServer): void {
  (server as { [kRest]?(): void })[kRest]?.();
}
