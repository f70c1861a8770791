/**
 * Virtual time, a simulated network and seeded schedules: what tests of asynchronous programs need to be fast and
 * to fail the same way twice.
 *
 * @packageDocumentation
 */

export { type LoopTestOptions, loopTest, type TestFunction } from './loop-test.js';
export type { LinkOptions } from './network/link.js';
export type { SimulatedHost } from './network/simulated-host.js';
export type { SimulatedNetwork } from './network/simulated-network.js';
export { Random } from './random.js';
export { type SimulateOptions, simulate } from './simulate.js';
export { SimulationError } from './simulation-error.js';
export { type ClockMode, VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './virtual-event-loop.js';
export { waitAllTasksBlocked } from './wait-all-tasks-blocked.js';
