/**
 * For authors of loops: what a loop makes where no executor is named.
 *
 * @packageDocumentation
 */
export { createDefaultExecutor } from './threads/default-executor.js';
