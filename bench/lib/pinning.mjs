// Pins the server to one processor and the load to another, so that neither moves nor takes time from the other.
import { spawnSync } from 'node:child_process';
import os from 'node:os';

const canPin = os.availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** A command line that runs on one processor; unchanged if there is only one, or no program to pin it. */
export function pinned(processor, command, args) {
  return canPin ? ['taskset', ['-c', String(processor), command, ...args]] : [command, args];
}
