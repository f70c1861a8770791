/**
 * Subprocesses and pipes for any event loop.
 *
 * @packageDocumentation
 */
export type { SubprocessHostLoop } from './environment/host-loop.js';
export { withSubprocess } from './loops/with-subprocess.js';
