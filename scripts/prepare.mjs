// Makes a clone ready to use: dependencies, the native addon where it can be built, every package's dist. What is there
// already is not done again.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { runPnpm, start } from './run.mjs';
import { hashOf, isFresh, remember } from './stamp.mjs';

/**
 * Returns whether the packages were built. Ends the process when dependencies cannot be installed; a missing compiler
 * is only reported.
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
  // Development dependencies are wanted whatever the caller's NODE_ENV says. Errors only: that the tools of a release
  // want a newer Node, and other platforms' binaries another platform, concerns no reader of this.
  const args = ['install', '--frozen-lockfile', '--loglevel=error', '--config.confirmModulesPurge=false'];
  const status = runPnpm(args, {
    env: { NODE_ENV: 'development' },
  });
  if (status !== 0) process.exit(status);
  remember('install', hash);
}

/** Needs a compiler; says why where it cannot be built. Looks itself whether there is anything to do. */
async function buildAddon() {
  const script = path.join('packages', 'sockets', 'scripts', 'build.mjs');
  if (existsSync(path.join(root, script))) await start(process.execPath, [script, '--optional']);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await prepare()) ? 0 : 1;
