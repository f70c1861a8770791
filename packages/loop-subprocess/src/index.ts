/**
 * Subprocesses and pipes for any event loop.
 *
 * @packageDocumentation
 */
export type { SubprocessHostLoop } from './environment/environment.js';
export { withSubprocess } from './loops/with-subprocess.js';
