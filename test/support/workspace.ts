import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the checks need of a package.json. */
export interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A package with its TypeScript files, as paths relative to the package (`src/index.ts`). */
export interface Package {
  folder: string;
  manifest: Manifest;
  files: ReadonlyMap<string, string>;
}

export const repository = process.cwd();

/** Every package under packages/ that has sources. */
export function readPackages(root: string = repository): Package[] {
  const folders = readdirSync(path.join(root, 'packages')).sort();
  return folders
    .filter((folder) => existsSync(path.join(root, 'packages', folder, 'src')))
    .map((folder) => {
      const directory = path.join(root, 'packages', folder);
      const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Manifest;
      const files = new Map(['src', 'test'].flatMap((part) => readTypeScript(directory, part)));
      return { folder, manifest, files };
    });
}

/** The source files behind a package's entry points, by subpath: `{ '.': 'src/index.ts' }`. */
export function entryPointsOf(manifest: Manifest): Record<string, string> {
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const source = typeof target === 'object' ? target['bight-source'] : undefined;
    return source === undefined ? [] : [[subpath, path.posix.normalize(source)] as const];
  });
  return Object.fromEntries(entries);
}

function readTypeScript(directory: string, part: string): [string, string][] {
  if (!existsSync(path.join(directory, part))) return [];
  const names = readdirSync(path.join(directory, part), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const file = path.posix.join(part, ...name.split(path.sep));
      return [file, readFileSync(path.join(directory, file), 'utf8')];
    });
}
