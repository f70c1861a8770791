// The runtimes of foreign servers: the command and version of each, or the reason why it is missing.
import { spawnSync } from 'node:child_process';
import { installTools } from '../../scripts/smoke/tools.mjs';
import { installDebianPackages } from '../../test/support/debian.mjs';

/** @typedef {{ command: string, args: string[], version: string } | { missing: string }} Runtime */

/**
 * Finds the runtimes.
 * @param {{ install: boolean }} options whether to install missing ones, if possible
 * @returns {Record<'node' | 'python' | 'uvloop' | 'bun' | 'deno', Runtime>}
 */
export function findRuntimes({ install }) {
  if (install) {
    const answer = spawnSync('/usr/bin/python3', ['-c', 'import uvloop']);
    if (answer.status !== 0) installDebianPackages({ 'python3-uvloop': 'python3-uvloop' });
  }
  const tools = install ? installTools().runtimes : [];
  const found = (kind) => tools.find((tool) => tool.kind === kind)?.command ?? kind;
  return {
    node: { command: process.execPath, args: [], version: process.versions.node },
    python: python(['python3'], 'import sys; print(sys.version.split()[0])'),
    // Debian's package is for Debian's Python, which need not be the first on the path.
    uvloop: python(
      ['python3', '/usr/bin/python3'],
      'import sys, uvloop; print(uvloop.__version__, "on CPython", sys.version.split()[0])',
    ),
    bun: runtime(found('bun'), [], ['--version']),
    // Deno needs a flag for datagrams.
    deno: runtime(found('deno'), ['run', '-A', '--quiet', '--unstable-net'], ['--version']),
  };
}

function python(commands, program) {
  for (const command of commands) {
    const found = runtime(command, [], ['-c', program]);
    if (!('missing' in found)) return found;
  }
  return { missing: `${commands[0]} has it not, or is not installed` };
}

function runtime(command, args, question) {
  const { error, status, stdout } = spawnSync(command, question, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) return { missing: `${command} is not installed` };
  return { command, args, version: /\d[^\n(]*/.exec(stdout)?.[0].trim() ?? 'unknown' };
}
