/**
 * Unix signals for any event loop.
 *
 * @packageDocumentation
 */
export { openSignalReceiver, SignalReceiver } from './signal-receiver.js';
export { type SignalHostLoop, withSignals } from './with-signals.js';
