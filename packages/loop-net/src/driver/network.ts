import {
  type DebugLoop,
  type ErrorHandlingLoop,
  type NetLoop,
  RuntimeError,
  type SchedulingLoop,
  type TaskLoop,
} from '@bight/loop-abstract';
import type { NetDriver } from './net-driver.js';

/** What a loop must have so that the network can be added to it. Debug mode is used where it exists. */
export type NetHostLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop & Partial<DebugLoop>;

/** Such a loop with the network added, as the library's own code sees it. */
export type NetBaseLoop = NetHostLoop & Pick<NetLoop, 'getaddrinfo'>;

/** What the network methods of one loop work with. */
export interface Network {
  readonly loop: NetBaseLoop;
  readonly driver: NetDriver;
}

/** @throws {RuntimeError} when the loop is closed */
export function checkOpen({ loop }: { loop: Pick<NetBaseLoop, 'isClosed'> }): void {
  if (loop.isClosed()) throw new RuntimeError('Event loop is closed');
}
