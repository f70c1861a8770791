/**
 * Virtual time, a simulated network and seeded schedules: what tests of asynchronous programs need to be fast and
 * to fail the same way twice.
 *
 * @packageDocumentation
 */

export { type ClockMode, VirtualClock, type VirtualClockOptions } from './clock/virtual-clock.js';
export { waitAllTasksBlocked } from './clock/wait-all-tasks-blocked.js';
export { contextTest } from './contexts/context-test.js';
export type { DiskFile, OpenFlag } from './disk/disk-file.js';
export type { DiskOptions, SimulatedDisk } from './disk/simulated-disk.js';
export {
  type ExploreOptions,
  type ExploreProgress,
  explore,
  type FoundFailure,
  type SizeRange,
} from './exploration/explore.js';
export type { RunFunction, RunReference } from './exploration/runs.js';
export type { HostClockOptions } from './network/host-clock.js';
export type { HostPaceOptions } from './network/host-pace.js';
export type { LinkOptions } from './network/link.js';
export type { SimulatedHost } from './network/simulated-host.js';
export type { SimulatedNetwork } from './network/simulated-network.js';
export { Random } from './random/random.js';
export type { Failure } from './simulation/failures.js';
export { type LoopTestOptions, loopTest, type TestFunction } from './simulation/loop-test.js';
export { type SimulateOptions, simulate } from './simulation/simulate.js';
export { SimulationError } from './simulation/simulation-error.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './simulation/virtual-event-loop.js';
export type { Tap, TapOptions } from './tap/tap.js';
export type { Decoder, WorldEvent } from './tap/world-event.js';
export type { HostTlsOptions, TlsFault } from './tls/host-tls.js';
