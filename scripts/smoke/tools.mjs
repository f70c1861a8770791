// The other runtimes and compilers of .ci/tools, installed outside the tree and kept for the next run.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';
import { hashOf } from '../stamp.mjs';

const nodeMajors = [20, 22, 24, 26];

/** The folder in which CI keeps its downloads and builds for the next run. */
export const cache = process.env.BIGHT_CI_CACHE ?? path.join(tmpdir(), 'bight-ci');

/**
 * Installs the packages of a folder of `.ci`, unless they are installed; throws when that fails. Returns the folder of
 * the installation.
 *
 * @param {string} name the folder
 * @param {string[]} [args] more arguments of npm
 */
export function installPackages(name, args = []) {
  const source = path.join(root, '.ci', name);
  const directory = path.join(cache, `${name}-${hashOf(source).slice(0, 12)}`);
  const done = path.join(directory, 'installed');
  if (existsSync(done)) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    writeFileSync(path.join(directory, file), readFileSync(path.join(source, file)));
  }
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...args], {
    cwd: directory,
  });
  if (status !== 0) throw new Error(`what .ci/${name} names could not be installed`);
  writeFileSync(done, '');
  return directory;
}

/** Installs the tools, and returns their paths. */
export function installTools() {
  const directory = installPackages('tools');
  const file = (...names) => path.join(directory, 'node_modules', ...names);
  return {
    directory,
    modules: path.join(directory, 'node_modules'),
    publint: file('publint', 'src', 'cli.js'),
    workerd: file('@cloudflare', 'workerd-linux-64', 'bin', 'workerd'),
    vitest: file('vitest'),
    attw: file('@arethetypeswrong', 'cli', 'dist', 'index.js'),
    compilers: ['5.6', '6', '7'].map((version) => ({
      version,
      tsc: file(`typescript-${version}`, 'bin', 'tsc'),
    })),
    runtimes: [
      { name: 'this node', kind: 'node', command: process.execPath, args: [] },
      ...nodeMajors.map((major) => ({
        name: `node ${major}`,
        kind: 'node',
        command: file(`node-${major}`, 'bin', 'node'),
        args: [],
      })),
      { name: 'bun', kind: 'bun', command: file('@oven', 'bun-linux-x64-baseline', 'bin', 'bun'), args: [] },
      { name: 'deno', kind: 'deno', command: file('@deno', 'linux-x64-glibc', 'deno'), args: ['run', '-A'] },
    ],
  };
}
