// The packages of the workspace, in dependency order, with the data that the build and the checks need.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Every package under packages/, dependencies before dependents. */
export function packages() {
  const byName = new Map();
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const directory = path.join(root, 'packages', folder);
    const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
    byName.set(manifest.name, { name: manifest.name, folder, directory, manifest });
  }
  const ordered = new Set();
  const visit = (entry) => {
    for (const dependency of workspaceDependencies(entry.manifest)) {
      const found = byName.get(dependency);
      if (found !== undefined) visit(found);
    }
    ordered.add(entry);
  };
  for (const entry of byName.values()) visit(entry);
  return [...ordered];
}

/** The names of the workspace packages that a manifest depends on. */
export function workspaceDependencies(manifest) {
  const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
  return Object.keys(all).filter((name) => name === 'bight' || name.startsWith('@bight/'));
}

/**
 * The source files behind a package's entry points, as `{ '.': 'src/index.ts', … }`; only of entry points with the
 * condition, if one is given.
 */
export function entryPoints(manifest, condition = 'bight-source') {
  const entries = {};
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'object' && typeof target['bight-source'] === 'string' && target[condition]) {
      entries[subpath] = target['bight-source'].replace(/^\.\//, '');
    }
  }
  return entries;
}
