/**
 * Subprocesses and pipes for any event loop.
 *
 * @packageDocumentation
 */
export type { SubprocessHostLoop } from './loop/host-loop.js';
export { withSubprocess } from './loop/with-subprocess.js';
