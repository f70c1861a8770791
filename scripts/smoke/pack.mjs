// Packs the packages that a user would install.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { packages, workspaceDependencies } from '../packages.mjs';
import { runPnpm } from '../run.mjs';

/** The public packages that have been built, with all their dependencies. */
export function publicPackages() {
  const complete = new Set();
  for (const { name, directory, manifest } of packages()) {
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    const needed = workspaceDependencies(manifest).filter((dependency) => !optional.includes(dependency));
    const built = existsSync(path.join(directory, 'dist')) || manifest.exports === undefined;
    if (built && needed.every((dependency) => complete.has(dependency))) complete.add(name);
  }
  return packages().filter(({ name, manifest }) => complete.has(name) && manifest.private !== true);
}

/** Packs a package into a folder and returns the tarball's path. */
export function pack({ folder, directory }, destination) {
  const target = path.join(destination, folder);
  mkdirSync(target, { recursive: true });
  const status = runPnpm(['pack', '--pack-destination', target], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(target);
  if (status !== 0 || tarball === undefined) throw new Error(`${folder} could not be packed`);
  return path.join(target, tarball);
}
