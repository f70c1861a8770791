// A user's tests with vitest, in the project where the packed packages are installed.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';

/** Puts the tests of test/smoke/vitest, and vitest itself, into a project. Returns the arguments of Node. */
export function makeVitestProject(project, vitest) {
  const directory = path.join(project, 'vitest');
  mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
  cpSync(path.join(root, 'test', 'smoke', 'vitest'), directory, { recursive: true });
  symlinkSync(vitest, path.join(directory, 'node_modules', 'vitest'));
  return [path.join(vitest, 'vitest.mjs'), 'run', '--root', directory];
}
