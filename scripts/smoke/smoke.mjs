// Tests the packed packages as users get them: packs each once, installs all in an empty project, imports every entry
// point and runs one program per package (test/smoke) on every runtime, and checks types and manifests. Needs the build
// of `npm test`. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { publisherFields } from '../publisher.mjs';
import { checkBundles, checkWorkerBundles } from './bundles.mjs';
import { jest, makeCommonJs, makeJestProject } from './common-js.mjs';
import { makeEdgeWorker } from './edge.mjs';
import { checkExecutable } from './executables.mjs';
import { inventoryOf, problemsOfInventory } from './inventory.mjs';
import { writeMinifiedNameCheck, writeNameCheck } from './names.mjs';
import { pack, publicPackages } from './pack.mjs';
import { makeProject, runtimesOf, specifiersOf } from './project.mjs';
import { checkRestricted } from './restricted.mjs';
import { checkSideEffects } from './side-effects.mjs';
import { Tally } from './tally.mjs';
import { installTools } from './tools.mjs';
import { checkTreeShaking } from './tree-shaking.mjs';
import { makeVitestProject, pools, withAddon } from './vitest.mjs';
import { makeProjectWithoutSockets, program as withoutSockets } from './without-sockets.mjs';

const tally = new Tally();
const work = mkdtempSync(path.join(tmpdir(), 'bight-smoke-'));
try {
  await smoke();
} catch (error) {
  tally.note('smoke test', [String(error)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function smoke() {
  const tools = installTools();
  const entries = publicPackages();
  const tarballs = entries.map((entry) => pack(entry, path.join(work, 'tarballs')));
  for (const [index, entry] of entries.entries()) await checkTarball(entry, tarballs[index], tools);

  const project = path.join(work, 'project');
  makeProject(project, entries, tarballs);
  tally.note(
    'licences of what a user gets',
    problemsOfInventory(
      inventoryOf(project),
      entries.map(({ name }) => name),
    ),
  );
  await checkTypes(project, tools);
  await checkNames(project, entries);
  for (const entry of entries) {
    for (const runtime of tools.runtimes) await runPrograms(entry, runtime, project);
  }
  await checkWithoutSockets(project, entries, tools);
  await checkEdge(project, tools);
  await checkVitest(project, tools);
  await checkCommonJs(project, tools);
  await checkRestricted(project, tools.runtimes, tally);
  await checkSideEffects({ project, entries, work, tally, modules: tools.modules });
  await checkBundles({ project, work, tally, modules: tools.modules });
  // The other bundlers take longer: scripts/packaging.mjs.
  await checkWorkerBundles({ project, work, tally, modules: tools.modules, wanted: ['esbuild cjs'] });
  await checkTreeShaking({ project, work, tally, modules: tools.modules, wanted: ['esbuild'] });
  // Node 26 makes one without further tools.
  const runtime = tools.runtimes.find(({ name }) => name === 'node 26');
  await checkExecutable({ project, work, tally, runtime });
}

async function checkVitest(project, { vitest }) {
  const args = makeVitestProject(project, vitest);
  for (const pool of pools) {
    const title = `under vitest in ${pool}: fake timers, a context for each test`;
    await withAddon(project, () =>
      tally.program(title, process.execPath, [...args, '--pool', pool], { cwd: project }),
    );
  }
}

async function checkCommonJs(project, { compilers, runtimes }) {
  const cwd = makeCommonJs(project);
  for (const { name, command, args } of runtimes) {
    await tally.program(`require() and import on ${name}`, command, [...args, 'one-instance.cjs'], { cwd });
  }
  for (const { version, tsc } of compilers) {
    for (const module of ['Node16', 'NodeNext']) {
      const title = `types of require() with TypeScript ${version}, ${module}`;
      await tally.program(title, process.execPath, [tsc, '-p', `tsconfig.${module}.json`], { cwd });
    }
  }
  await withAddon(project, () =>
    tally.program("under Jest's defaults", process.execPath, [jest, '--rootDir', cwd], { cwd }),
  );
  const contexts = makeJestProject(project);
  await tally.program('a context for each test of Jest', process.execPath, [jest, '--rootDir', contexts], {
    cwd: contexts,
  });
}

async function checkEdge(project, { workerd }) {
  const args = await makeEdgeWorker(project);
  await tally.program('@bight/contextvars and @bight/loop-core on workerd', workerd, args, { cwd: project });
}

async function checkWithoutSockets(project, entries, { compilers, runtimes }) {
  const directory = path.join(work, 'without-sockets');
  makeProjectWithoutSockets(directory, project, entries);
  for (const { name, kind, command, args } of runtimes) {
    if (kind !== 'node') continue;
    const title = `without @bight/sockets on ${name}`;
    await tally.program(title, command, [...args, withoutSockets], { cwd: directory });
  }
  const { version, tsc } = compilers.at(-1);
  await tally.program(
    `types without @bight/sockets with TypeScript ${version}`,
    process.execPath,
    [tsc, '-p', '.'],
    {
      cwd: directory,
    },
  );
}

async function checkTarball({ name, manifest, folder }, tarball, { publint, attw }) {
  tally.note(`contents of ${name}`, problemsOf(filesIn(tarball)));
  tally.note(`package.json of ${name}`, problemsOfManifest(manifestIn(tarball), folder));
  if (manifest.exports === undefined) return;
  const options = { cwd: work };
  await tally.program(`publint ${name}`, process.execPath, [publint, 'run', tarball, '--strict'], options);
  const args = [attw, tarball, '--profile', 'node16', '--format', 'ascii', '--no-emoji'];
  await tally.program(`are the types wrong? ${name}`, process.execPath, args, options);
}

function filesIn(tarball) {
  const { stdout } = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return stdout.split('\n').map((file) => file.replace(/^package\//, ''));
}

function problemsOf(files) {
  const missing = ['README.md', 'LICENSE'].filter((file) => !files.includes(file));
  const strays = files.filter((file) => /^(src|test)\/|\.tsbuildinfo$/.test(file));
  return [
    ...missing.map((file) => `${file} is missing`),
    ...strays.map((file) => `${file} does not belong there`),
  ];
}

function manifestIn(tarball) {
  return JSON.parse(
    spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }).stdout,
  );
}

/** Checks a published package.json: it names the publisher, and nothing that only the repository can resolve. */
function problemsOfManifest(manifest, folder) {
  const wrong = Object.entries(publisherFields(`packages/${folder}`))
    .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
    .map(([field]) => `${field} is ${JSON.stringify(manifest[field])}`);
  const ofRepository = ['workspace:', 'bight-source', 'devDependencies'].filter((text) =>
    JSON.stringify(manifest).includes(text),
  );
  return [...wrong, ...ofRepository.map((text) => `${text} has no meaning there`)];
}

async function checkTypes(project, { compilers }) {
  for (const { version, tsc } of compilers) {
    for (const resolution of ['node', 'bundler', 'browser', 'workerd', 'edge-light', 'page']) {
      const args = [tsc, '-p', `tsconfig.${resolution}.json`];
      await tally.program(`types with TypeScript ${version}, ${resolution}`, process.execPath, args, {
        cwd: project,
      });
    }
  }
}

async function checkNames(project, entries) {
  const specifiers = entries.flatMap(specifiersOf);
  writeNameCheck(path.join(project, 'names.mjs'), specifiers);
  await tally.program('names of what is exported', process.execPath, ['names.mjs'], { cwd: project });
  await writeMinifiedNameCheck(path.join(project, 'minified', 'names.mjs'), specifiers);
  await tally.program('names of errors, minified', process.execPath, ['minified/names.mjs'], {
    cwd: project,
  });
}

async function runPrograms({ name, folder, manifest }, { name: runtime, kind, command, args }, project) {
  if (manifest.exports === undefined) return;
  const program = path.join(project, `${folder}.mjs`);
  if (!existsSync(program))
    return tally.note(`${name} on ${runtime}`, [`test/smoke/${folder}.mjs is missing`]);
  if (!runtimesOf(readFileSync(program, 'utf8')).includes(kind)) return;
  for (const [what, file] of [
    ['imports', `import-${folder}.mjs`],
    ['program', `${folder}.mjs`],
  ]) {
    await tally.program(`${name} on ${runtime}: ${what}`, command, [...args, file], { cwd: project });
  }
}
