import type { FileHandle } from 'node:fs/promises';
import type { HasFileno } from './file.js';

/**
 * A new pipe between this process and the subprocess.
 *
 * @python subprocess.PIPE
 */
export const PIPE = -1;

/**
 * For `stderr` only: where `stdout` goes.
 *
 * @python subprocess.STDOUT
 */
export const STDOUT = -2;

/**
 * The null device.
 *
 * @python subprocess.DEVNULL
 */
export const DEVNULL = -3;

/**
 * Where a stream of a subprocess goes: `PIPE`, `DEVNULL`, a file descriptor, a `FileHandle`, something with `fileno()`,
 * or `null` for where the same stream of this process goes. `STDOUT` is allowed for `stderr` only.
 */
export type Stdio = typeof PIPE | typeof STDOUT | typeof DEVNULL | null | number | FileHandle | HasFileno;
