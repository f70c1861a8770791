// `node scripts/packaging.mjs`: checks the packed packages in single-executable applications of every line of Node,
// also as snapshots; in bundles with their workers; with @vercel/ncc, npm's workspaces and Yarn's Plug'n'Play; and
// after tree shaking. Installs the packages of .ci/packaging. Needs the build of `npm test`. The last line is `N
// passed, N failed`.
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from './packages.mjs';
import { checkWorkerBundles } from './smoke/bundles.mjs';
import { checkExecutable } from './smoke/executables.mjs';
import { pack, publicPackages } from './smoke/pack.mjs';
import { makeProject } from './smoke/project.mjs';
import { Tally } from './smoke/tally.mjs';
import { installPackages, installTools } from './smoke/tools.mjs';
import { checkTreeShaking } from './smoke/tree-shaking.mjs';
import { checkWorkspaces, checkYarn } from './smoke/workspaces.mjs';

const tally = new Tally();
const work = mkdtempSync(path.join(tmpdir(), 'bight-packaging-'));
try {
  await main();
} catch (error) {
  tally.note('packaging', [String(error?.stack ?? error)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function main() {
  const tools = installTools();
  const modules = path.join(installPackages('packaging', ['--ignore-scripts']), 'node_modules');
  const entries = publicPackages();
  const tarballs = entries.map((entry) => pack(entry, path.join(work, 'tarballs')));
  const project = path.join(work, 'project');
  makeProject(project, entries, tarballs);
  cpSync(path.join(root, 'test', 'smoke', 'bundled.mjs'), path.join(project, 'bundled.mjs'));

  const postject = path.join(modules, 'postject', 'dist', 'cli.js');
  for (const runtime of tools.runtimes) {
    if (runtime.kind === 'node') await checkExecutable({ project, work, tally, runtime, postject });
  }
  await checkNcc(project, path.join(modules, '@vercel', 'ncc', 'dist', 'ncc', 'cli.js'));
  await checkWorkerBundles({ project, work, tally, modules: tools.modules });
  await checkTreeShaking({ project, work, tally, modules: tools.modules });
  await checkWorkspaces({ work, tally, entries, tarballs });
  const yarn = path.join(modules, '@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
  await checkYarn({ work, tally, entries, tarballs, yarn });
}

async function checkNcc(project, ncc) {
  const out = path.join(work, 'ncc');
  const args = [ncc, 'build', 'bundled.mjs', '--out', out, '--no-cache'];
  await tally.program('@vercel/ncc: build', process.execPath, args, { cwd: project });
  const [modules, away] = ['node_modules', 'away'].map((name) => path.join(project, name));
  renameSync(modules, away);
  await tally.program('@vercel/ncc: the file, alone', process.execPath, ['index.mjs'], { cwd: out });
  renameSync(away, modules);
}
