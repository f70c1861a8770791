// Where the sources, the headers and the tools are that the addon is built from and with.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const nativeRoot = path.join(packageRoot, 'native');
export const addonName = 'bight_sockets.node';

/** The platform's own sources; all others belong to every platform. binding.gyp says the same. */
const platformSources = {
  linux: ['epoll.c', 'linux-datagrams.c', 'linux.c'],
  darwin: ['darwin-datagrams.c', 'darwin.c', 'kqueue.c'],
};

/** The C files of a platform, as absolute paths. */
export function sourcesOf(platform) {
  const foreign = new Set(Object.values(platformSources).flat());
  for (const name of platformSources[platform]) foreign.delete(name);
  return readdirSync(nativeRoot)
    .filter((name) => name.endsWith('.c') && !foreign.has(name))
    .sort()
    .map((name) => path.join(nativeRoot, name));
}

/** A hash of everything that the binary is made from. */
export function sourceHash() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of readdirSync(nativeRoot).sort()) {
    if (!/\.(c|h|gyp)$/.test(name)) continue;
    hash.update(`\0${name}\0`).update(readFileSync(path.join(nativeRoot, name)));
  }
  return hash.digest('hex');
}

/** The folder with `include/node` in it, as npm calls it `nodedir`; null when only a download would do. */
export function nodeDirectory() {
  const prefix = path.resolve(path.dirname(realpathSync(process.execPath)), '..');
  const candidates = [process.env.npm_config_nodedir, prefix, npmSetting('nodedir')];
  return (
    candidates.find(
      (directory) => directory && existsSync(path.join(directory, 'include', 'node', 'uv.h')),
    ) ?? null
  );
}

function npmSetting(name) {
  const { stdout, status } = spawnSync('npm', ['config', 'get', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const value = status === 0 ? stdout.trim() : '';
  return value === 'undefined' || value === 'null' ? '' : value;
}

/**
 * How to start node-gyp: the one that a package manager names, npm's own, or the one on the path; null when there is
 * none.
 */
export function nodeGyp() {
  const named = process.env.npm_config_node_gyp;
  const scripts = [
    named,
    ...npmDirectories().map((directory) =>
      path.join(directory, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js'),
    ),
  ];
  const script = scripts.find((file) => file && existsSync(file));
  if (script !== undefined) return { command: process.execPath, args: [script] };
  return onPath('node-gyp') === null ? null : { command: 'node-gyp', args: [] };
}

function npmDirectories() {
  const npm = onPath('npm');
  const beside = path.resolve(
    path.dirname(realpathSync(process.execPath)),
    '..',
    'lib',
    'node_modules',
    'npm',
  );
  return npm === null ? [beside] : [path.resolve(path.dirname(realpathSync(npm)), '..'), beside];
}

/** The file that a command name stands for, or null. */
export function onPath(name) {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    if (directory !== '' && existsSync(file)) return file;
  }
  return null;
}
