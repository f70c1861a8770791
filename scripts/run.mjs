// Starting programs from the scripts, with nothing but Node's own modules (some run before anything is installed).
import { spawnSync } from 'node:child_process';
import { root } from './packages.mjs';

/** Runs a program in the repository with our standard streams; returns its exit status (1 when it could not be started). */
export function run(command, args, { env, ...options } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
    ...options,
  });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Runs one of the repository's own scripts. */
export function runScript(script, args = [], options = {}) {
  return run(process.execPath, [script, ...args], { shell: false, ...options });
}

/** Runs pnpm, which need not be installed. */
export function runPnpm(args, options) {
  return run('npx', ['--yes', 'pnpm@12', ...args], options);
}
