// Describes the machine and the time of a measurement.
import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** The data that a reader needs to interpret figures. @param {Record<string, string>} versions of the contenders */
export function describeMachine(versions) {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    processors: os.availableParallelism(),
    // The load of the machine: figures from a loaded machine need more rounds.
    load: Number(os.loadavg()[0].toFixed(1)),
    versions: { node: process.versions.node, ...versions },
  };
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
