// Starts programs for the scripts. Imports only Node's own modules, since some scripts run before the installation.
import { spawn, spawnSync } from 'node:child_process';
import { root } from './packages.mjs';

/**
 * Runs a program in the repository with our standard streams; returns its exit status (1 if it could not be started).
 */
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

/**
 * Starts a program in the repository with our standard streams, without waiting; returns a promise of its exit status.
 */
export async function start(command, args) {
  return (await end(spawn(command, args, { cwd: root, stdio: 'inherit' }))).status;
}

/** Starts a program in the repository; returns a promise of its exit status and its output. */
export function collect(command, args) {
  return end(spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function end(child) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: 1, output: `${output}${error.message}\n` }));
    child.once('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

/** Runs one of the repository's own scripts. */
export function runScript(script, args = [], options = {}) {
  return run(process.execPath, [script, ...args], { shell: false, ...options });
}

/** Runs pnpm through npx, so that it need not be installed. */
export function runPnpm(args, options) {
  return run('npx', ['--yes', 'pnpm@12', ...args], options);
}
