/**
 * Subprocesses and pipes for any event loop.
 *
 * @packageDocumentation
 */
export type { SubprocessHostLoop } from './host-loop.js';
export { withSubprocess } from './with-subprocess.js';
