// Programs that a bundler made one file of: each runs in an empty folder, and once with the addon beside it.
import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../packages.mjs';

const program = path.join(root, 'test', 'smoke', 'bundled.mjs');
const addon = path.join(root, 'packages', 'sockets', 'build', 'Release', 'bight_sockets.node');

/**
 * Bundles the program of test/smoke/bundled.mjs with every bundler, in both formats, and runs the bundles.
 *
 * @param project - the folder where the packed packages are installed
 * @param work - where the bundles go
 * @param tally - what counts the checks
 * @param modules - the `node_modules` with the bundlers
 */
export async function checkBundles({ project, work, tally, modules }) {
  const entry = path.join(project, 'bundled.mjs');
  cpSync(program, entry);
  for (const [name, make] of Object.entries(bundlers(modules))) {
    const [, format] = name.split(' ');
    const directory = path.join(work, 'bundles', name.replace(' ', '-'));
    const file = path.join(directory, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    mkdirSync(directory, { recursive: true });
    try {
      tally.note(`bundled by ${name}`, await make(entry, file));
    } catch (error) {
      tally.note(`bundled by ${name}`, [String(error?.stack ?? error)]);
      continue;
    }
    await withoutPackages(project, () =>
      tally.program(`bundle of ${name}, alone`, process.execPath, [file], { cwd: directory }),
    );
  }
  await checkWithAddon(work, tally);
}

/** Nothing is beside the bundle, and nothing where it was made either: webpack writes down where each file was. */
async function withoutPackages(project, run) {
  const [here, away] = ['node_modules', 'node_modules-away'].map((name) => path.join(project, name));
  renameSync(here, away);
  try {
    await run();
  } finally {
    renameSync(away, here);
  }
}

/** The addon is found beside a bundle. */
async function checkWithAddon(work, tally) {
  if (!existsSync(addon)) return;
  for (const format of ['esm', 'cjs']) {
    const directory = path.join(work, 'bundles', `esbuild-${format}`);
    const file = path.join(directory, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    cpSync(addon, path.join(directory, path.basename(addon)));
    const args = ['-e', `process.env.WITH_ADDON = '1'; import(${JSON.stringify(pathToFileURL(file).href)})`];
    await tally.program(`bundle of esbuild ${format}, with the addon`, process.execPath, args, {
      cwd: directory,
    });
  }
}

/**
 * Each returns the problems that it reports; the ES modules can leave packages out (`external`). A CommonJS bundle has
 * no `import.meta`, which esbuild says, and we know.
 */
export function bundlers(modules) {
  const load = (name) => import(pathToFileURL(createRequire(path.join(modules, 'x.js')).resolve(name)).href);
  return {
    'esbuild esm': (entry, file, external) => esbuild(entry, file, 'esm', external),
    'esbuild cjs': (entry, file) => esbuild(entry, file, 'cjs'),
    'rollup esm': (entry, file, external) => rollup(load, entry, file, 'es', external),
    'rollup cjs': (entry, file) => rollup(load, entry, file, 'cjs'),
    'webpack esm': (entry, file) => webpack(load, entry, file, 'module'),
    'webpack cjs': (entry, file) => webpack(load, entry, file, 'commonjs2'),
  };
}

async function esbuild(entry, outfile, format, external = []) {
  const options = {
    entryPoints: [entry],
    outfile,
    format,
    bundle: true,
    external,
    platform: 'node',
    logLevel: 'silent',
  };
  const { warnings } = await build({ ...options, minify: true });
  return warnings.filter(({ id }) => id !== 'empty-import-meta').map(({ text }) => text);
}

async function rollup(load, input, file, format, external = []) {
  const { rollup: start } = await load('rollup');
  const { nodeResolve } = await load('@rollup/plugin-node-resolve');
  const problems = [];
  const onwarn = ({ code, message }) => code !== 'CIRCULAR_DEPENDENCY' && problems.push(message);
  const plugins = [nodeResolve({ preferBuiltins: true })];
  const bundle = await start({ input, plugins, onwarn, external: [/^node:/, ...external] });
  await bundle.write({ file, format, inlineDynamicImports: true });
  await bundle.close();
  return problems;
}

async function webpack(load, entry, file, type) {
  const { default: start } = await load('webpack');
  const output = { path: path.dirname(file), filename: path.basename(file), library: { type } };
  const experiments = type === 'module' ? { outputModule: true } : {};
  const options = { mode: 'production', target: 'node20', entry, output, experiments };
  const stats = await new Promise((resolve, reject) =>
    start(options, (error, made) => (error ? reject(error) : resolve(made))),
  );
  const {
    errors = [],
    warnings = [],
    assets = [],
  } = stats.toJson({ all: false, errors: true, warnings: true, assets: true });
  const strays = assets
    .filter(({ name }) => name !== path.basename(file))
    .map(({ name }) => `${name} was emitted as well`);
  return [...[...errors, ...warnings].map(({ message }) => message), ...strays];
}
