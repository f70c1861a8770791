// A user's tests with vitest, in the project where the packed packages are installed.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';

/** Where tests run: in Node's own realm, and in one of their own. */
export const pools = ['forks', 'vmThreads'];

/** Puts the tests of test/smoke/vitest, and vitest itself, into a project. Returns the arguments of Node. */
export function makeVitestProject(project, vitest) {
  const directory = path.join(project, 'vitest');
  mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
  cpSync(path.join(root, 'test', 'smoke', 'vitest'), directory, { recursive: true });
  symlinkSync(vitest, path.join(directory, 'node_modules', 'vitest'));
  return [path.join(vitest, 'vitest.mjs'), 'run', '--root', directory];
}

/** Puts the addon where the project's `@bight/sockets` finds it, as a platform's package would, while `body` runs. */
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
