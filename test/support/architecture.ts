import path from 'node:path';
import { importsOf } from './imports.js';
import { entryPointsOf, type Package } from './workspace.js';

/** Which packages each package may use. A package that is not named here is an error: say where it stands. */
export type Directions = Readonly<Record<string, readonly string[]>>;

const core = ['@bight/contextvars', '@bight/loop-abstract', '@bight/loop-core'];

/** The direction of dependencies as docs/design.md draws it. */
export const directions: Directions = {
  '@bight/contextvars': [],
  '@bight/loop-abstract': ['@bight/contextvars'],
  '@bight/loop-core': ['@bight/contextvars', '@bight/loop-abstract'],
  '@bight/sockets': ['@bight/contextvars', '@bight/loop-abstract'],
  '@bight/loop-net': [...core, '@bight/sockets'],
  '@bight/loop-signals': core,
  '@bight/loop-subprocess': [...core, '@bight/sockets'],
  '@bight/executors': core,
  '@bight/inspect': core,
  '@bight/otel': core,
  '@bight/loop-testing': [...core, '@bight/executors', '@bight/loop-net', '@bight/sockets'],
  '@bight/interop': [...core, '@bight/loop-net'],
  bight: [
    ...core,
    '@bight/interop',
    '@bight/sockets',
    '@bight/loop-net',
    '@bight/loop-signals',
    '@bight/loop-subprocess',
    '@bight/executors',
    '@bight/inspect',
  ],
  '@bight/executor-bullmq': [...core, '@bight/executors', 'bight'],
};

/** Everything in which the packages break the rules, one sentence each. */
export function violations(packages: readonly Package[], allowed: Directions = directions): string[] {
  const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
  return packages.flatMap((entry) => [
    ...(allowed[entry.manifest.name] === undefined
      ? [`${entry.manifest.name} has no place in the table of directions`]
      : []),
    ...cycles(entry),
    ...brokenRooms(entry),
    ...unlistedExports(entry),
    ...[...entry.files].flatMap(([file, text]) => {
      const found = importsOf(text, file).flatMap(({ specifier }) => {
        if (specifier.startsWith('.')) return leavesPackage(file, specifier);
        if (specifier.startsWith('node:')) return [];
        return foreignImport(entry, file, specifier, byName, allowed[entry.manifest.name] ?? []);
      });
      return found.map((problem) => `${entry.folder}/${file} ${problem}`);
    }),
  ]);
}

function leavesPackage(file: string, specifier: string): string[] {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const isOutside = file.startsWith('src/') ? !target.startsWith('src/') : /^\.\.\/[^/]+\/src\//.test(target);
  return isOutside ? [`reaches out of its package: ${specifier}`] : [];
}

function foreignImport(
  { manifest }: Package,
  file: string,
  specifier: string,
  byName: ReadonlyMap<string, Package>,
  allowed: readonly string[],
): string[] {
  const name = packageNameOf(specifier);
  const subpath = `.${specifier.slice(name.length)}`;
  const target = byName.get(name)?.manifest;
  const problems: string[] = [];
  if (target !== undefined && target.exports?.[subpath] === undefined) {
    problems.push(`reaches into ${name}: ${subpath} is not among its exports`);
  }
  if (!file.startsWith('src/')) return problems;
  if (isOurs(name) && name !== manifest.name && !allowed.includes(name)) {
    problems.push(`imports ${name}, which ${manifest.name} must not use`);
  }
  const declared = {
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  };
  if (name !== manifest.name && declared[name] === undefined) {
    problems.push(`imports ${name}, which package.json does not declare`);
  }
  return problems;
}

const isOurs = (name: string) => name === 'bight' || name.startsWith('@bight/');

function packageNameOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The imports between the source files of a package: those that stay at run time, or those of types as well. */
function importGraph({ files }: Package, withTypes = false): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const [file, text] of files) {
    if (!file.startsWith('src/')) continue;
    const targets = importsOf(text, file).filter(
      ({ specifier, typeOnly }) => specifier.startsWith('.') && (withTypes || !typeOnly),
    );
    graph.set(
      file,
      targets.map(({ specifier }) =>
        path.posix.join(path.posix.dirname(file), specifier.replace(/\.js$/, '.ts')),
      ),
    );
  }
  return graph;
}

function cycles(entry: Package): string[] {
  return cyclesOf(importGraph(entry)).map(
    (trail) => `${entry.folder} has an import cycle: ${trail.join(' → ')}`,
  );
}

/** A folder of `src` is a room; a file that stands in `src` itself is a room of its own. */
function roomOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/**
 * Rooms that import each other, and imports that pass by a room's entry, its `index.ts`. An import of a type counts
 * between folders. Files that stand in `src` itself may refer to each other's types, as a loop and its futures do.
 */
function brokenRooms(entry: Package): string[] {
  const graph = importGraph(entry);
  const rooms = new Map<string, Set<string>>();
  const passing = new Set<string>();
  for (const [file, targets] of importGraph(entry, true)) {
    const room = roomOf(file);
    for (const target of targets) {
      const other = roomOf(target);
      if (other === room) continue;
      const isBetweenFolders = !room.endsWith('.ts') && !other.endsWith('.ts');
      if (isBetweenFolders || graph.get(file)?.includes(target)) {
        rooms.set(room, (rooms.get(room) ?? new Set()).add(other));
      }
      const door = `${other}/index.ts`;
      // A package's own entry points choose from a room's files what to export.
      if (target !== door && graph.has(door) && !room.endsWith('.ts'))
        passing.add(`${entry.folder}/${file} passes by the entry of ${other}: ${target}`);
    }
  }
  // A cycle of files is a cycle of rooms as well, and is reported as the former.
  const circles =
    cyclesOf(graph).length > 0
      ? []
      : cyclesOf(new Map([...rooms].map(([room, others]) => [room, [...others]])));
  return [
    ...circles.map((trail) => `${entry.folder} has a cycle of rooms: ${trail.join(' → ')}`),
    ...passing,
  ];
}

/** An entry point lists its names, so that nothing becomes public by itself; `export * as name` lists one. */
function unlistedExports({ folder, files, manifest }: Package): string[] {
  return Object.values(entryPointsOf(manifest))
    .filter((file) => /^export \*(?! as )/m.test(files.get(file) ?? ''))
    .map((file) => `${folder}/${file} exports names that it does not list`);
}

function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (node: string, trail: string[]): void => {
    const start = trail.indexOf(node);
    if (start !== -1) found.push([...trail.slice(start), node]);
    if (start !== -1 || done.has(node)) return;
    for (const target of graph.get(node) ?? []) walk(target, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}
