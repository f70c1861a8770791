/**
 * Virtual time, a simulated network and seeded schedules: what tests of asynchronous programs need to be fast and
 * to fail the same way twice.
 *
 * @packageDocumentation
 */

export { type ClockMode, VirtualClock, type VirtualClockOptions } from './clock/virtual-clock.js';
export { waitAllTasksBlocked } from './clock/wait-all-tasks-blocked.js';
export type { LinkOptions } from './network/link.js';
export type { SimulatedHost } from './network/simulated-host.js';
export type { SimulatedNetwork } from './network/simulated-network.js';
export { Random } from './random/random.js';
export { type LoopTestOptions, loopTest, type TestFunction } from './simulation/loop-test.js';
export { type SimulateOptions, simulate } from './simulation/simulate.js';
export { SimulationError } from './simulation/simulation-error.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './simulation/virtual-event-loop.js';
