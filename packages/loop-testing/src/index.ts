/**
 * Virtual time, a simulated network and seeded schedules: what tests of asynchronous programs need to be fast and
 * to fail the same way twice.
 *
 * @packageDocumentation
 */

export { type ClockMode, VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './virtual-event-loop.js';
