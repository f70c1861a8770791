// Programs under restrictive options of Node: the permission model, and frozen intrinsics.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';

/**
 * Runs them on every line of Node.
 *
 * @param project - the folder where the packed packages are installed
 * @param runtimes - of the tools
 * @param tally - counts the checks
 */
export async function checkRestricted(project, runtimes, tally) {
  cpSync(path.join(root, 'test', 'smoke', 'permission.mjs'), path.join(project, 'permission.mjs'));
  for (const { name, kind, command } of runtimes) {
    if (kind !== 'node') continue;
    const flags = ['--no-warnings', ...permissionFlags(command), '--allow-fs-read=*'];
    await tally.program(`permissions on ${name}`, command, [...flags, 'permission.mjs'], { cwd: project });
    const frozen = ['--no-warnings', '--frozen-intrinsics', 'bight.mjs'];
    await tally.program(`frozen intrinsics on ${name}`, command, frozen, { cwd: project });
  }
}

/** The permission model's option is experimental in Node 20; from Node 25 on the network needs a permission, too. */
function permissionFlags(command) {
  const { stdout } = spawnSync(command, ['--help'], { encoding: 'utf8' });
  const [permission] = /--(experimental-)?permission\b/.exec(stdout) ?? ['--experimental-permission'];
  return [permission, ...(stdout.includes('--allow-net') ? ['--allow-net'] : [])];
}
