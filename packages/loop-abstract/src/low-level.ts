/**
 * For authors of loops: which methods a loop may have, the error for those that it lacks, a queue, and copies of bytes.
 *
 * @packageDocumentation
 */
export { type Capabilities, type Capability, capabilities, type MethodNames } from './capabilities.js';
export { Fifo } from './fifo.js';
export { notImplemented } from './not-implemented.js';
export { unpooledCopy } from './unpooled-copy.js';
