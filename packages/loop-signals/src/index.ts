/**
 * Unix signals for any event loop.
 *
 * @packageDocumentation
 */
export { type SignalHostLoop, withSignals } from './with-signals.js';
