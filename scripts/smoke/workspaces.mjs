// Other forms of projects: npm's workspaces, and Yarn without `node_modules`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';

const addon = path.join(root, 'packages', 'sockets', 'build', 'Release', 'bight_sockets.node');
const programs = path.join(root, 'test', 'smoke');

/** The dependencies of a project on packed packages. */
const filesOf = (entries, tarballs) =>
  Object.fromEntries(entries.map(({ name }, index) => [name, `file:${tarballs[index]}`]));

/**
 * A workspace of two packages that use bight, one of them with a second copy of contextvars.
 *
 * @param options - `work`, a folder for the project; `tally`; the `entries` and `tarballs` of all packages
 */
export async function checkWorkspaces({ work, tally, entries, tarballs }) {
  const directory = path.join(work, 'workspaces');
  const files = filesOf(entries, tarballs);
  writeManifest(directory, { workspaces: ['packages/*'], dependencies: files });
  writeManifest(path.join(directory, 'packages', 'one'), {
    name: 'one',
    exports: './index.mjs',
    dependencies: { bight: files.bight },
  });
  writeManifest(path.join(directory, 'packages', 'other'), { name: 'other', dependencies: { one: '*' } });
  if (run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: directory }) !== 0) {
    tally.note('npm workspaces', ['the tarballs could not be installed']);
    return;
  }
  const modules = path.join(directory, 'packages', 'other', 'node_modules');
  cpSync(
    path.join(directory, 'node_modules', '@bight', 'contextvars'),
    path.join(modules, '@bight', 'contextvars'),
    {
      recursive: true,
    },
  );
  cpSync(path.join(programs, 'workspaces', 'one.mjs'), path.join(directory, 'packages', 'one', 'index.mjs'));
  const main = path.join(directory, 'packages', 'other', 'main.mjs');
  cpSync(path.join(programs, 'workspaces', 'main.mjs'), main);
  await tally.program('npm workspaces: two copies share contexts', process.execPath, [main], {
    cwd: directory,
  });
}

/**
 * A project of Yarn without `node_modules`: Yarn reads packages from their archives.
 *
 * @param options - as above, and `yarn`, the file of the program
 */
export async function checkYarn({ work, tally, entries, tarballs, yarn }) {
  const directory = path.join(work, 'yarn');
  const files = filesOf(entries, tarballs);
  writeManifest(directory, {
    dependencies: files,
    resolutions: { ...files, ...platformPackages(directory, tarballs) },
  });
  writeFileSync(path.join(directory, '.yarnrc.yml'), settings());
  writeFileSync(path.join(directory, 'yarn.lock'), '');
  for (const name of ['bight.mjs', 'bundled.mjs'])
    cpSync(path.join(programs, name), path.join(directory, name));
  // Without a lock file to keep.
  const env = { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
  await tally.program("Yarn's Plug'n'Play: install", process.execPath, [yarn, 'install'], {
    cwd: directory,
    env,
  });
  for (const name of ['bight.mjs', 'bundled.mjs']) {
    await tally.program(`Yarn's Plug'n'Play: ${name}`, process.execPath, [yarn, 'node', name], {
      cwd: directory,
      env: { ...env, ...(existsSync(addon) ? { WITH_ADDON: '1' } : {}) },
    });
  }
}

/** Makes folders for the addon's packages, which are in no registry yet; that of this platform has the addon. */
function platformPackages(directory, tarballs) {
  const file = tarballs.find((tarball) => path.basename(tarball).startsWith('bight-sockets-'));
  const { stdout } = spawnSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' });
  const names = Object.keys(JSON.parse(stdout).optionalDependencies ?? {});
  const here = `@bight/sockets-${process.platform}-${process.arch}-gnu`;
  return Object.fromEntries(
    names.map((name) => {
      const folder = path.join(directory, 'platforms', path.basename(name));
      writeManifest(folder, { name, version: '0.0.0', main: './bight_sockets.node' });
      if (name === here && existsSync(addon)) cpSync(addon, path.join(folder, path.basename(addon)));
      return [name, `link:./platforms/${path.basename(name)}`];
    }),
  );
}

/** Makes Yarn use npm's registry. */
function settings() {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' });
  const registry = new URL(stdout.trim());
  return [
    'nodeLinker: pnp',
    'enableTelemetry: false',
    'enableGlobalCache: false',
    `npmRegistryServer: ${JSON.stringify(registry.href.replace(/\/$/, ''))}`,
    ...(registry.protocol === 'http:' ? [`unsafeHttpWhitelist: [${JSON.stringify(registry.hostname)}]`] : []),
    '',
  ].join('\n');
}

function writeManifest(directory, manifest) {
  mkdirSync(directory, { recursive: true });
  const text = JSON.stringify({ private: true, type: 'module', version: '0.0.0', ...manifest });
  writeFileSync(path.join(directory, 'package.json'), text);
}
