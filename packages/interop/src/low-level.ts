/**
 * For authors of libraries: transports over Node's streams.
 *
 * @packageDocumentation
 */

export { DuplexTransport } from './streams/duplex-transport.js';
export { WritableTransport } from './streams/writable-transport.js';
