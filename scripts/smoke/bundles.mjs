// Programs that are bundled into one file: each runs in an empty folder, and once with the addon beside it.
import { cpSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../packages.mjs';

const program = path.join(root, 'test', 'smoke', 'bundled.mjs');
const addon = path.join(root, 'packages', 'sockets', 'build', 'Release', 'bight_sockets.node');

/** The main files of workers, which are bundled like the program, into files beside it. */
const workers = {
  'serve-worker': 'bight/dist/serve-worker.js',
  'inspector-worker': '@bight/inspect/dist/inspector-worker.js',
  'local-worker': '@bight/executor-bullmq/dist/local-worker.js',
};
/** The packages of the job queue, which are not bundled. */
const drivers = ['bullmq', 'ioredis'];

/**
 * Bundles the program of test/smoke/bundled.mjs with every bundler, in both formats, and runs the bundles.
 *
 * @param project - the folder where the packed packages are installed
 * @param work - the folder for the bundles
 * @param tally - counts the checks
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

/**
 * Programs that start workers from files (test/smoke/bundled-workers.mjs): each file is bundled as well, and found
 * beside the program.
 *
 * @param options - those of `checkBundles()`, and the names of the bundlers that are `wanted`; by default all
 */
export async function checkWorkerBundles({ project, work, tally, modules, wanted }) {
  if (!existsSync(addon)) return;
  const [entry, server] = ['bundled-workers.mjs', 'bundled-server.mjs'].map((name) =>
    path.join(project, name),
  );
  for (const file of [entry, server]) cpSync(path.join(root, 'test', 'smoke', path.basename(file)), file);
  const installed = path.join(project, 'node_modules');
  const makers = bundlers(modules);
  for (const name of wanted ?? Object.keys(makers)) {
    const make = makers[name];
    const end = name.endsWith('esm') ? 'mjs' : 'cjs';
    const directory = path.join(work, 'bundles', `workers-${name.replace(' ', '-')}`);
    mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
    // The server's module is an ES module in both formats, since it is imported.
    const makeModule = name.endsWith('esm') ? make : makers['esbuild esm'];
    const problems = await make(entry, path.join(directory, `program.${end}`), drivers);
    problems.push(...(await makeModule(server, path.join(directory, 'server.mjs'))));
    for (const [worker, file] of Object.entries(workers))
      problems.push(...(await make(path.join(installed, file), path.join(directory, `${worker}.${end}`))));
    // The worker of a queue imports `bight` if it is installed: webpack makes a chunk of it.
    const isChunk = (problem) => /^\d+\.local-worker\.\wjs was emitted as well$/.test(problem);
    tally.note(
      `workers bundled by ${name}`,
      problems.filter((problem) => !isChunk(problem)),
    );
    cpSync(path.join(installed, '@bight', 'inspect', 'dist', 'page.json'), path.join(directory, 'page.json'));
    writeFileSync(path.join(directory, 'job.mjs'), 'export const double = (number) => 2 * number;');
    const env = {
      BIGHT_SOCKETS_BINARY: addon,
      SERVER_MODULE: pathToFileURL(path.join(directory, 'server.mjs')).href,
      JOB_MODULE: pathToFileURL(path.join(directory, 'job.mjs')).href,
    };
    for (const driver of drivers)
      symlinkSync(path.join(installed, driver), path.join(directory, 'node_modules', driver), 'dir');
    await withoutOurs(project, () =>
      tally.program(
        `serve(), startInspector() and QueueExecutor.local() in a bundle of ${name}`,
        process.execPath,
        [path.join(directory, `program.${end}`)],
        { cwd: directory, env },
      ),
    );
  }
}

/** Runs a function without our packages, but with their dependencies. */
async function withoutOurs(project, run) {
  const ours = ['bight', '@bight'].map((name) => path.join(project, 'node_modules', name));
  for (const folder of ours) renameSync(folder, `${folder}-away`);
  try {
    await run();
  } finally {
    for (const folder of ours) renameSync(`${folder}-away`, folder);
  }
}

/** Runs a function without any packages, also where the bundle was made, since webpack records the files' paths. */
async function withoutPackages(project, run) {
  const [here, away] = ['node_modules', 'node_modules-away'].map((name) => path.join(project, name));
  renameSync(here, away);
  try {
    await run();
  } finally {
    renameSync(away, here);
  }
}

/** Checks that a bundle finds the addon beside it. */
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
 * The bundlers; each returns the problems that it reports, and can leave packages out (`external`). esbuild's warning
 * that a CommonJS bundle has no `import.meta` does not count.
 */
export function bundlers(modules) {
  const load = (name) => import(pathToFileURL(createRequire(path.join(modules, 'x.js')).resolve(name)).href);
  return {
    'esbuild esm': (entry, file, external) => esbuild(entry, file, 'esm', external),
    'esbuild cjs': (entry, file, external) => esbuild(entry, file, 'cjs', external),
    'rollup esm': (entry, file, external) => rollup(load, entry, file, 'es', external),
    'rollup cjs': (entry, file, external) => rollup(load, entry, file, 'cjs', external),
    'webpack esm': (entry, file, external) => webpack(load, entry, file, 'module', external),
    'webpack cjs': (entry, file, external) => webpack(load, entry, file, 'commonjs2', external),
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

async function webpack(load, entry, file, type, external = []) {
  const { default: start } = await load('webpack');
  const output = { path: path.dirname(file), filename: path.basename(file), library: { type } };
  const experiments = type === 'module' ? { outputModule: true } : {};
  const externals = Object.fromEntries(
    external.map((name) => [name, `${type === 'module' ? 'module' : 'commonjs'} ${name}`]),
  );
  const options = { mode: 'production', target: 'node20', entry, output, experiments, externals };
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
