/**
 * Reports what an event loop does to OpenTelemetry.
 *
 * @packageDocumentation
 */
export { type LoopTelemetry, type LoopTelemetryOptions, observeLoop } from './observe-loop.js';
