// Bundles the playground's worker into one script: the packages' sources, and replacements for Node's modules.
import path from 'node:path';
import { build } from 'esbuild';
import { env, nodeless } from 'unenv';
import { entryPoints, packages, root } from '../scripts/packages.mjs';

/** Writes the worker's script into a folder. */
export async function bundlePlayground(folder) {
  const { alias } = env(nodeless, { alias: { 'node:buffer': 'buffer/', buffer: 'buffer/' } });
  const ours = Object.fromEntries(
    ['module', 'perf_hooks', 'process', 'timers/promises', 'tls', 'util', 'vm', 'worker_threads'].map(
      (name) => [
        `node:${name}`,
        path.join(root, 'site', 'playground', 'node', `${name.replace('/', '-')}.mjs`),
      ],
    ),
  );
  // The sources by their packages' names, since the built packages are for Node.
  const sources = Object.fromEntries(
    packages().flatMap(({ name, directory, manifest }) =>
      Object.entries(entryPoints(manifest)).map(([subpath, source]) => [
        name + subpath.slice(1),
        path.join(directory, source),
      ]),
    ),
  );
  const toResolve = { ...alias, ...ours, ...sources };
  const names = new Set(Object.keys(toResolve));
  await build({
    entryPoints: [path.join(root, 'site', 'playground', 'worker.mjs')],
    outfile: path.join(folder, 'playground-worker.js'),
    bundle: true,
    // The timeline shows names.
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    define: { 'import.meta.url': '"file:///playground"' },
    plugins: [
      {
        name: 'node-in-a-page',
        setup({ onResolve, resolve }) {
          onResolve({ filter: /./ }, ({ path: name, pluginData, kind, importer }) => {
            if (pluginData === 'ours' || !names.has(name)) return undefined;
            const target = toResolve[name];
            if (path.isAbsolute(target)) return { path: target };
            return resolve(target, {
              kind,
              importer,
              resolveDir: path.join(root, 'site'),
              pluginData: 'ours',
            });
          });
        },
      },
    ],
  });
}
