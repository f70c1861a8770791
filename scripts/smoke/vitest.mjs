// A user's tests with vitest, in the project with the packed packages.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';

/** The pools: tests run in Node's own realm, and in one of their own. */
export const pools = ['forks', 'vmThreads'];

/** Puts the tests of test/smoke/vitest, and vitest itself, into a project. Returns the arguments of Node. */
export function makeVitestProject(project, vitest) {
  const directory = path.join(project, 'vitest');
  mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
  cpSync(path.join(root, 'test', 'smoke', 'vitest'), directory, { recursive: true });
  symlinkSync(vitest, path.join(directory, 'node_modules', 'vitest'));
  return [path.join(vitest, 'vitest.mjs'), 'run', '--root', directory];
}

/** Runs `body` with the addon where the project's `@bight/sockets` finds it, as with the platform's package. */
export async function withAddon(project, body) {
  const folder = path.join('build', 'Release');
  const built = path.join(root, 'packages', 'sockets', folder, 'bight_sockets.node');
  const installed = path.join(project, 'node_modules', '@bight', 'sockets', folder);
  if (existsSync(built)) cpSync(built, path.join(installed, path.basename(built)));
  try {
    return await body();
  } finally {
    rmSync(installed, { recursive: true, force: true });
  }
}
