// Builds every package (one ES module per entry point with esbuild, declarations with tsc) and compiles the examples.
// Unchanged packages are skipped. Arguments: package names; --no-types (code only); --force.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { withClassNames } from './class-names.mjs';
import { copyDeclarations, hasCommonJs, writeCommonJs } from './common-js.mjs';
import { conditionBuilds, conditionFiles } from './condition-files.mjs';
import { withConstantSymbols } from './constant-symbols.mjs';
import { withLazyBuiltins } from './lazy-builtins.mjs';
import { inOneByte } from './one-byte.mjs';
import { entryPoints, packages, root, workspaceDependencies } from './packages.mjs';
import { forget, hashOf, hashOfText, isFresh, remember } from './stamp.mjs';
import {
  buildWhole,
  sourcesTogether,
  withWholePackages,
  writeWholeDeclarations,
  writeWholeOfParts,
} from './whole-packages.mjs';

const tsc = path.join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const withTypes = !process.argv.includes('--no-types');
const force = process.argv.includes('--force');
const toolHash = hashOf(
  'scripts/build.mjs',
  'scripts/class-names.mjs',
  'scripts/common-js.mjs',
  'scripts/condition-files.mjs',
  'scripts/constant-symbols.mjs',
  'scripts/lazy-builtins.mjs',
  'scripts/one-byte.mjs',
  'scripts/packages.mjs',
  'scripts/whole-packages.mjs',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
);
const typeHashes = new Map();

for (const entry of packages()) {
  const { name, folder, directory, manifest } = entry;
  const codeHash = hashOfText(
    toolHash,
    hashOf(...['src', 'page', 'scripts', 'package.json'].map((name) => path.join(directory, name))),
  );
  // Declarations may contain types of the packages that this one uses.
  const used = workspaceDependencies(manifest).map((dependency) => typeHashes.get(dependency));
  const typeHash = hashOfText(codeHash, ...used);
  typeHashes.set(name, typeHash);
  const wanted = names.length === 0 || names.includes(name) || names.includes(folder);
  if (wanted && existsSync(path.join(directory, 'src'))) await buildPackage(entry, codeHash, typeHash);
}
if (names.length === 0 || names.includes('examples')) await compileExamples();

async function buildPackage({ name, folder, directory, manifest }, codeHash, typeHash) {
  const [codeStep, typeStep] = [`code-${folder}`, `types-${folder}`];
  const dist = path.join(directory, 'dist');
  const stale = force || !existsSync(dist);
  if (stale || !isFresh(codeStep, codeHash)) {
    forget(codeStep);
    forget(typeStep);
    rmSync(dist, { recursive: true, force: true });
    await bundle(directory, manifest, dist);
    remember(codeStep, codeHash);
    console.log(`built ${name}`);
  }
  if (withTypes && (stale || !isFresh(typeStep, typeHash))) {
    forget(typeStep);
    emitDeclarations(folder, directory, dist);
    writeWholeDeclarations(manifest, dist);
    if (hasCommonJs(manifest)) copyDeclarations(dist);
    remember(typeStep, typeHash);
    console.log(`declared the types of ${name}`);
  }
}

async function bundle(directory, manifest, dist) {
  const options = {
    absWorkingDir: directory,
    outbase: path.join(directory, 'src'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  };
  options.plugins = [await workerSources(directory)];
  const entries = new Set([
    ...Object.values(entryPoints(manifest)),
    ...programsOf(manifest),
    ...workers(directory),
  ]);
  const together = sourcesTogether(manifest);
  for (const entry of together) entries.delete(entry);
  if (together.length === 0) await build({ ...options, entryPoints: [...entries], outdir: dist });
  else await buildWhole({ ...options, outdir: dist }, manifest, [...entries]);
  finishTexts(dist, sourceFiles(dist, /\.js$/), manifest);
  for (const { folder, condition, suffixes } of conditionBuilds) {
    const entries = Object.values(entryPoints(manifest, condition));
    if (entries.length === 0) continue;
    const outdir = path.join(dist, folder);
    const plugins = [...options.plugins, conditionFiles(suffixes)];
    const conditionOptions = { ...options, outdir, external: ['node:*'], plugins };
    await build({ ...conditionOptions, entryPoints: entries });
    await writeWholeOfParts(conditionOptions, manifest);
    finishTexts(outdir, sourceFiles(outdir, /\.js$/), manifest);
  }
  if (hasCommonJs(manifest)) await writeCommonJs(dist);
  const pageBuilder = path.join(directory, 'scripts', 'build-page.mjs');
  if (!existsSync(pageBuilder)) return;
  const { buildPage } = await import(pathToFileURL(pageBuilder).href);
  writeFileSync(path.join(dist, 'page.json'), JSON.stringify(await buildPage()));
}

/** Applies the transformations for which esbuild has no option to the files of one bundle. */
function finishTexts(folder, names, { sideEffects }) {
  const texts = new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  for (const [name, text] of withConstantSymbols(texts)) {
    const named = inOneByte(withLazyBuiltins(withClassNames(withWholePackages(text), name), name));
    writeFileSync(path.join(folder, name), sideEffects === true ? named : withoutBareImports(named));
  }
}

/** The sources of the programs that a package installs. */
function programsOf(manifest) {
  return Object.values(manifest.bin ?? {}).map((file) =>
    file.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'),
  );
}

/**
 * Removes imports of chunks for their effects alone, which esbuild writes. In a package without side effects, bundlers
 * warn of every such line. The line stays, empty, for the source map.
 */
function withoutBareImports(text) {
  return text.replaceAll(/^import "(?:\.{1,2}\/)+chunk-\w+\.js";$/gm, '');
}

/**
 * Writes the code of workers into `src/worker-sources.ts` as strings, for programs that are bundled into one file.
 */
async function workerSources(directory) {
  const text = async (name) => {
    const options = {
      format: 'cjs',
      platform: 'node',
      target: 'es2022',
      minify: true,
      bundle: true,
      write: false,
    };
    const { outputFiles } = await build({ ...options, entryPoints: [path.join(directory, 'src', name)] });
    return JSON.stringify(outputFiles[0].text);
  };
  return {
    name: 'worker-sources',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]worker-sources\.ts$/ }, async () => ({
        loader: 'ts',
        contents:
          `export const threadWorkerSource: string | null = ${await text('thread-worker.js')};\n` +
          `export const processWorkerSource: string | null = ${await text('process-worker.js')};\n`,
      }));
    },
  };
}

/**
 * The files of workers, which run in a thread or process of their own: `src/…worker.ts`, or `src/…worker.js` if tests
 * run them from `src`.
 */
function workers(directory) {
  return sourceFiles(path.join(directory, 'src'), /worker\.[jt]s$/).map((file) => `src/${file}`);
}

function emitDeclarations(folder, directory, dist) {
  const config = path.join(root, '.cache', `tsconfig-${folder}.json`);
  const compilerOptions = {
    customConditions: [],
    rootDir: path.join(directory, 'src'),
    outDir: dist,
    emitDeclarationOnly: true,
    sourceMap: false,
    declarationMap: false,
  };
  const include = [path.join(directory, 'src')];
  mkdirSync(path.dirname(config), { recursive: true });
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.base.json', compilerOptions, include }));
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Compiles the examples file by file, so that they import the built packages as a user's program does. */
async function compileExamples() {
  const directory = path.join(root, 'examples');
  const files = sourceFiles(path.join(directory, 'src'));
  await build({
    absWorkingDir: directory,
    entryPoints: files.map((file) => `src/${file}`),
    outdir: path.join(directory, 'dist'),
    outbase: path.join(directory, 'src'),
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
  });
}

function sourceFiles(directory, pattern = /\.ts$/) {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory, { recursive: true }).map((file) => file.split(path.sep).join('/'));
  return files.filter((file) => pattern.test(file) && !file.endsWith('.d.ts'));
}
