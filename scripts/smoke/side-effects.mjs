// Checks `sideEffects` of the packages. Bundlers trust it: they leave out an unused module that is declared to have no
// side effects. So such a module must do nothing on which other code relies, and a module with side effects must be
// declared.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';
import { bundlers } from './bundles.mjs';
import { specifiersOf } from './project.mjs';

/** Programs that rely on the side effects of modules, without using their exports. */
const programs = {
  'a default loop of @bight/loop-core': `import { newEventLoop, run, sleep } from '@bight/loop-core';
    const seen = await run(async () => { await sleep(0); return 'ran'; });
    newEventLoop().close();
    if (seen !== 'ran') throw new Error(seen);`,
  'the default loop and executor of bight': `import { getRunningLoop, run, toThread } from 'bight';
    const seen = await run(async () => [await toThread((a) => a + 1, [1]), typeof getRunningLoop().createServer]);
    if (seen.join() !== '2,function') throw new Error(seen.join());`,
  'contexts of @bight/contextvars': `import { ContextVar, copyContext } from '@bight/contextvars';
    const name = new ContextVar('name', { default: 'none' });
    const seen = await copyContext().run(async () => { name.set('kept'); await null; return name.get(); });
    if (seen !== 'kept' || name.get() !== 'none') throw new Error(seen);`,
  'what @bight/loop-net/native and @bight/loop-subprocess/native provide': `import '@bight/loop-net/native';
    import '@bight/loop-subprocess/native';
    import { SelectorEventLoop } from '@bight/loop-net';
    new SelectorEventLoop().close();`,
};

/** Smoke programs of packages without side effects, which import no module for its side effects. */
const smokePrograms = ['contextvars', 'loop-abstract', 'loop-core', 'interop', 'loop-signals'];

const addon = path.join(root, 'packages', 'sockets', 'build', 'Release', 'bight_sockets.node');

/**
 * Checks the packages of a project. An unused import leaves nothing in a bundle; programs run with what is left; and an
 * import without declared side effects changes nothing in the process.
 *
 * @param project - the folder where the packed packages are installed
 * @param entries - the packages
 * @param work - the folder for the bundles
 * @param tally - counts the checks
 * @param modules - the `node_modules` with the bundlers
 */
export async function checkSideEffects({ project, entries, work, tally, modules }) {
  const all = Object.entries(bundlers(modules));
  const [esbuild, rollup, webpack] = ['esbuild esm', 'rollup esm', 'webpack cjs'].map((wanted) =>
    all.find(([name]) => name === wanted),
  );
  const specifiers = entries.flatMap((entry) =>
    specifiersOf(entry).map((specifier) => ({ specifier, hasEffects: hasEffects(entry, specifier) })),
  );
  // The promise does not cover the packages' dependencies: these are external, and loaded beforehand.
  const external = entries.flatMap(({ manifest: { dependencies, peerDependencies } }) =>
    Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (name) => !/^(?:@bight\/|bight$)/.test(name),
    ),
  );
  const free = specifiers.filter(({ hasEffects }) => !hasEffects).map(({ specifier }) => specifier);
  const others = specifiers.filter(({ hasEffects }) => hasEffects).map(({ specifier }) => specifier);
  for (const bundler of [esbuild, rollup]) {
    const sizeOf = async (specifiers) => {
      const text = specifiers.map((specifier) => `import '${specifier}';`).join('\n');
      return (await bundleOf(bundler, project, work, text, external)).size;
    };
    const left = await sizeOf(free);
    const problems =
      left === 0 ? [] : [`${free.join(', ')} are to have no effects, and ${left} bytes are left`];
    for (const specifier of others)
      if ((await sizeOf([specifier])) === 0)
        problems.push(`${specifier} has effects, and nothing of it is left`);
    tally.note(`imports for nothing, bundled by ${bundler[0]}`, problems);
  }

  const traces = path.join(project, 'import-traces.mjs');
  cpSync(path.join(root, 'test', 'smoke', 'import-traces.mjs'), traces);
  await tally.program(
    'imports that change nothing in the process',
    process.execPath,
    [traces, ...external, '--', ...free],
    {
      cwd: project,
    },
  );

  for (const bundler of [esbuild, rollup, webpack]) {
    for (const [title, text] of Object.entries(programs)) {
      // A bundle of webpack looks for the addon in the folder of the sources.
      if (title.includes('native') && (!existsSync(addon) || bundler === webpack)) continue;
      const { file, directory } = await bundleOf(bundler, project, work, text);
      await tally.program(`${title}, bundled by ${bundler[0]}`, process.execPath, [file], { cwd: directory });
    }
  }
  for (const folder of smokePrograms) {
    const { file, directory } = await bundleOf(rollup, project, work, `import './${folder}.mjs';`);
    await tally.program(`${folder}.mjs, bundled by ${rollup[0]}`, process.execPath, [file], {
      cwd: directory,
    });
  }
}

function hasEffects({ name, manifest: { sideEffects, exports } }, specifier) {
  if (typeof sideEffects === 'boolean') return sideEffects;
  const target = exports[`.${specifier.slice(name.length)}`];
  return sideEffects.includes(target.default);
}

/** CommonJS has no `await` at the top level: imports stay there. */
function inFunction(text) {
  const imports = text.match(/import (?:[^;]* from )?'[^']+';/g);
  const rest = imports.reduce((left, line) => left.replace(line, ''), text);
  return `${imports.join('\n')}\n(async () => {${rest}})().catch((error) => { console.error(error); process.exitCode = 1; });`;
}

let count = 0;

/** Bundles a program in a folder of its own, with the addon beside it. */
async function bundleOf([name, make], project, work, text, external) {
  count += 1;
  const entry = path.join(project, `side-effects-${count}.mjs`);
  const directory = path.join(work, 'side-effects', String(count));
  const isCommonJs = name.endsWith('cjs');
  const file = path.join(directory, isCommonJs ? 'bundle.cjs' : 'bundle.mjs');
  mkdirSync(directory, { recursive: true });
  if (existsSync(addon)) cpSync(addon, path.join(directory, path.basename(addon)));
  writeFileSync(entry, isCommonJs ? inFunction(text) : text);
  await make(entry, file, external);
  return { directory, file, size: readFileSync(file, 'utf8').trim().length };
}
