/**
 * Reports to OpenTelemetry what an event loop does.
 *
 * @packageDocumentation
 */
export { type LoopTelemetry, type LoopTelemetryOptions, observeLoop } from './observe-loop.js';
