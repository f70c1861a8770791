import { constants } from 'node:os';
import { native } from '../binding/load.js';

/** A program to be started. No text here may have a null byte. */
export interface Program {
  /** Searched in the `PATH` of `env` when it has no slash. */
  readonly file: string;
  /** All arguments, the name of the program first. */
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<NodeJS.Dict<string>>;
  /** Where it runs; `''`: where this process does. */
  readonly cwd: string;
  /** For each of the program's descriptors, from 0, one of this process, or -1 for the null device. */
  readonly descriptors: readonly number[];
  /** Whether it leads a session of its own. */
  readonly isDetached: boolean;
}

/** What {@link spawnProgram} returns where this system has no way to start a program. */
export const CANNOT_SPAWN: number = -constants.errno.ENOSYS;

const DETACHED = 1;

/**
 * Starts a program as `posix_spawn()` does: without a copy of this process's page tables, which takes long when its
 * heap is large. A running program does not keep this process alive.
 *
 * @param ended - called by libuv's loop, once, with what the process returned: -N when signal N ended it, 255 when its
 *   status was collected elsewhere
 * @returns the process id, or a negative number of an error: {@link CANNOT_SPAWN}, `-ENOENT`, `-EACCES`, `-EMFILE`, …
 */
export function spawnProgram(program: Program, ended: (returncode: number) => void): number {
  const { file, args, env, cwd, descriptors, isDetached } = program;
  let words = `${file}\0${cwd}\0`;
  for (const arg of args) words += `${arg}\0`;
  let variables = 0;
  for (const name in env) {
    const value = env[name];
    if (value === undefined) continue;
    words += `${name}=${value}\0`;
    variables += 1;
  }
  const flags = isDetached ? DETACHED : 0;
  return native().spawn(
    Buffer.from(words),
    args.length,
    variables,
    Int32Array.from(descriptors),
    flags,
    ended,
  );
}
