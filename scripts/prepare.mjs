// Prepares a clone: installs dependencies, builds the native addon if possible, and builds every package's dist. Skips
// steps that are up to date.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { runPnpm, start } from './run.mjs';
import { hashOf, isFresh, remember } from './stamp.mjs';

/**
 * Prepares the clone. Ends the process when dependencies cannot be installed; a missing compiler is only reported.
 *
 * @returns whether the packages were built
 */
export async function prepare({ types = true } = {}) {
  install();
  const build = [path.join('scripts', 'build.mjs'), ...(types ? [] : ['--no-types'])];
  const [status] = await Promise.all([start(process.execPath, build), buildAddon()]);
  return status === 0;
}

function install() {
  const hash = hashOf('pnpm-lock.yaml', 'pnpm-workspace.yaml');
  if (isFresh('install', hash) && existsSync(path.join(root, 'node_modules', '.modules.yaml'))) return;
  console.log('Installing dependencies (first run, or the lockfile changed) …');
  // Installs development dependencies regardless of NODE_ENV. Prints only errors: warnings that release tools need a
  // newer Node, or that binaries are for other platforms, do not matter here.
  const args = ['install', '--frozen-lockfile', '--loglevel=error', '--config.confirmModulesPurge=false'];
  const status = runPnpm(args, {
    env: { NODE_ENV: 'development' },
  });
  if (status !== 0) process.exit(status);
  remember('install', hash);
}

/** Builds the addon if it is out of date; reports the reason if it cannot be built, such as a missing compiler. */
async function buildAddon() {
  const script = path.join('packages', 'sockets', 'scripts', 'build.mjs');
  if (existsSync(path.join(root, script))) await start(process.execPath, [script, '--optional']);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await prepare()) ? 0 : 1;
