import { RuntimeError } from '@bight/loop-abstract';
import type { NetBaseLoop } from './net-base-loop.js';
import type { NetDriver } from './net-driver.js';

/** What the network methods of one loop work with. */
export interface Network {
  readonly loop: NetBaseLoop;
  readonly driver: NetDriver;
}

/** @throws {RuntimeError} when the loop is closed */
export function checkOpen({ loop }: { loop: Pick<NetBaseLoop, 'isClosed'> }): void {
  if (loop.isClosed()) throw new RuntimeError('Event loop is closed');
}
