// Programs that tests need and a fresh machine may lack, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs the packages of those commands that are not on the path, where that is possible: on Debian, as root.
 *
 * @param packages the package of each command, or several with a space between them
 * @returns whether something was installed
 */
export function installDebianPackages(packages) {
  const missing = Object.entries(packages).filter(([command]) => !isOnPath(command));
  if (missing.length === 0 || !isOnPath('apt-get') || process.getuid?.() !== 0) return false;
  const names = [...new Set(missing.flatMap(([, name]) => name.split(' ')))];
  console.log(`Installing ${names.join(', ')} for the tests …`);
  runAptGet('update', '-qq');
  return runAptGet('install', '-y', '-qq', '--no-install-recommends', ...names);
}

/** Runs apt-get while no other test file does, since it would fail: a lock on the folder of its lists sees to that. */
function runAptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const command = ['/var/lib/apt/lists', 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
  return spawnSync('flock', command, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** Whether a command can be started by its name. */
export function isOnPath(command) {
  const directories = (process.env.PATH ?? '').split(path.delimiter);
  return directories.some((directory) => directory !== '' && existsSync(path.join(directory, command)));
}
