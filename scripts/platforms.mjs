// `pnpm test:platforms`: runs the packed packages on other platforms: 64-bit ARM under an emulator, musl, Windows under
// wine. Platforms that are not available here are named, and not counted. Names (`arm64 musl windows`) select
// platforms; `--sample` runs the few programs that find most. Needs the build of `npm test`. The last line is `N
// passed, N failed`.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { arm64 } from './platforms/arm64.mjs';
import { musl } from './platforms/musl.mjs';
import { windows } from './platforms/windows.mjs';
import { runScript } from './run.mjs';
import { pack, publicPackages } from './smoke/pack.mjs';
import { makeProject } from './smoke/project.mjs';
import { Tally } from './smoke/tally.mjs';
import { cache, installPackages } from './smoke/tools.mjs';

const platforms = { arm64, musl, windows };
/** The binaries to install for each platform: with both present, the package has to choose the right one. */
const binaries = {
  arm64: ['linux-arm64-gnu', 'linux-arm64-musl'],
  musl: ['linux-x64-gnu', 'linux-x64-musl'],
};
const sockets = path.join(root, 'packages', 'sockets');

/**
 * Runs the programs of test/smoke on other platforms.
 * @param {{ project: string, entries: { folder: string }[], tally: Tally, names?: string[], isSample?: boolean }}
 *   options the project with the packed packages, and the names of the platforms
 */
export async function checkPlatforms({
  project,
  entries,
  tally,
  names = Object.keys(platforms),
  isSample = false,
}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  // npm would refuse a package for another platform.
  const modules = path.join(installPackages('platforms', ['--force']), 'node_modules');
  const runtimes = names.map((name) => platforms[name](modules, cache));
  addBinaries(project, tally, names);
  for (const runtime of runtimes) {
    if (runtime.reason === undefined) await runOn(runtime, { project, entries, tally, isSample });
    else console.log(`not here: ${runtime.reason}`);
  }
}

async function runOn(
  { name, command, args, env, without, sample, stop },
  { project, entries, tally, isSample },
) {
  const folders = entries.map(({ folder }) => folder).filter((folder) => !without.includes(folder));
  const files = isSample
    ? sample.map((folder) => `${folder}.mjs`)
    : [...folders.map((folder) => `import-${folder}.mjs`), ...folders.map((folder) => `${folder}.mjs`)];
  if (stop !== undefined) {
    cpSync(path.join(root, 'test', 'smoke', 'windows.mjs'), path.join(project, 'windows.mjs'));
    files.push('windows.mjs');
  }
  for (const file of files) {
    if (!existsSync(path.join(project, file))) continue;
    await tally.program(`${file} on ${name}`, command, [...args, file], {
      cwd: project,
      env,
      timeoutSeconds: 600,
    });
  }
  stop?.();
}

/** Puts the addon's packages for Linux into a project; npm would install one of them. */
function addBinaries(project, tally, names) {
  const wanted = Object.keys(binaries).flatMap((name) => (names.includes(name) ? binaries[name] : []));
  if (wanted.length === 0) return;
  const status = runScript(path.join(sockets, 'scripts', 'prebuild.mjs'), wanted);
  tally.note(`the addon for ${wanted.join(', ')}`, status === 0 ? [] : [`exit status ${status}`]);
  for (const name of readdirSync(path.join(sockets, 'prebuilds'))) {
    const target = path.join(project, 'node_modules', '@bight', `sockets-${name}`);
    cpSync(path.join(sockets, 'prebuilds', name), target, { recursive: true });
  }
}

async function main(given) {
  const tally = new Tally();
  const work = mkdtempSync(path.join(tmpdir(), 'bight-platforms-'));
  try {
    const entries = publicPackages();
    const tarballs = entries.map((entry) => pack(entry, path.join(work, 'tarballs')));
    const project = path.join(work, 'project');
    mkdirSync(project);
    makeProject(project, entries, tarballs);
    const names = given.filter((name) => name in platforms);
    const isSample = given.includes('--sample');
    await checkPlatforms({ project, entries, tally, isSample, ...(names.length > 0 && { names }) });
  } catch (error) {
    tally.note('platforms', [String(error?.stack ?? error)]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
