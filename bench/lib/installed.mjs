// Packages that only the benchmarks need, and `pnpm install` leaves out.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from '../../scripts/smoke/tools.mjs';

/**
 * Imports a package that `.ci/bench` names, and installs those before, if they are not there yet.
 *
 * @param {string} name of the package
 * @returns {Promise<Record<string, any>>} its module
 */
export async function importInstalled(name) {
  const { resolve } = createRequire(path.join(installPackages('bench'), 'package.json'));
  return await import(pathToFileURL(resolve(name)).href);
}
