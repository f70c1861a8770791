// Makes a clone ready to use: dependencies, the native addon where it can be built, every package's dist. What is there already is not done again.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { run, runPnpm, runScript } from './run.mjs';
import { forget, hashOf, isFresh, remember } from './stamp.mjs';

/** Returns whether the packages were built. Ends the process when dependencies cannot be installed; a missing compiler is only reported. */
export function prepare({ types = true } = {}) {
  install();
  buildAddon();
  return runScript('scripts/build.mjs', types ? [] : ['--no-types']) === 0;
}

function install() {
  const hash = hashOf('pnpm-lock.yaml', 'pnpm-workspace.yaml');
  if (isFresh('install', hash) && existsSync(path.join(root, 'node_modules', '.modules.yaml'))) return;
  console.log('Installing dependencies (first run, or the lockfile changed) …');
  // Development dependencies are wanted whatever the caller's NODE_ENV says.
  const status = runPnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], {
    env: { NODE_ENV: 'development' },
  });
  if (status !== 0) process.exit(status);
  remember('install', hash);
}

function buildAddon() {
  const script = path.join('packages', 'sockets', 'scripts', 'build.mjs');
  if (!existsSync(path.join(root, script))) return;
  const output = path.join(root, 'packages', 'sockets', 'build');
  const hash = hashOf(
    'packages/sockets/native',
    'packages/sockets/binding.gyp',
    'packages/sockets/scripts',
    'packages/sockets/package.json',
  );
  if (isFresh('addon', hash) && existsSync(output)) return;
  forget('addon');
  console.log('Building the native addon of @bight/sockets …');
  if (run(process.execPath, [script], { shell: false }) === 0) remember('addon', hash);
  else console.log('Going on without it: the selector loop is not available, everything else is.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = prepare() ? 0 : 1;
