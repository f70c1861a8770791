/**
 * For authors of loops: which methods a loop may have, and the error for those that it has not.
 *
 * @packageDocumentation
 */
export { type Capabilities, type Capability, capabilities, type MethodNames } from './capabilities.js';
export { notImplemented } from './not-implemented.js';
