// The other runtimes and compilers that .ci/tools names, installed outside the tree and kept for the next run.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';
import { hashOf } from '../stamp.mjs';

const nodeMajors = [20, 22, 24, 26];

/** Installs the tools if they are not there yet; throws when that fails. */
export function installTools() {
  const source = path.join(root, '.ci', 'tools');
  const cache = process.env.BIGHT_CI_CACHE ?? path.join(tmpdir(), 'bight-ci');
  const directory = path.join(cache, `tools-${hashOf(source).slice(0, 12)}`);
  const done = path.join(directory, 'installed');
  if (!existsSync(done)) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) {
      writeFileSync(path.join(directory, name), readFileSync(path.join(source, name)));
    }
    const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: directory });
    if (status !== 0) throw new Error('the tools of .ci/tools could not be installed');
    writeFileSync(done, '');
  }
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
