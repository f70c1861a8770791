// Builds the addon for this machine into build/Release with node-gyp, unless it is there and up to date already.
// `--optional`: a failure is reported and not an error, since the package works without the addon as far as it can.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  addonName,
  nativeRoot,
  nodeDirectory,
  nodeGyp,
  onPath,
  packageRoot,
  sourceHash,
} from './toolchain.mjs';

const output = path.join(packageRoot, 'build', 'Release');
const binary = path.join(output, addonName);
const stamp = path.join(output, 'sources.sha256');
const lock = path.join(packageRoot, 'build', 'lock');
const optional = process.argv.includes('--optional');

const failure = isUpToDate() ? null : await buildAlone();
if (failure !== null) {
  console.error(`@bight/sockets: the addon was not built: ${failure}`);
  if (!optional) process.exitCode = 1;
}

function isUpToDate() {
  return existsSync(binary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash();
}

// Two builds in one folder would spoil each other; the second waits, and then finds the work done.
async function buildAlone() {
  mkdirSync(path.dirname(lock), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') return error.message;
      if (isAbandoned()) rmSync(lock, { recursive: true, force: true });
      else await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return isUpToDate() ? null : build();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isAbandoned() {
  try {
    return Date.now() - statSync(lock).mtimeMs > 120_000;
  } catch {
    return false;
  }
}

/** Returns why it failed, or null. */
function build() {
  if (process.platform !== 'linux' && process.platform !== 'darwin')
    return `there is no version for ${process.platform}`;
  if (process.versions.bun !== undefined) return 'Bun cannot load it';
  const compiler = process.env.CC?.split(' ')[0] ?? 'cc';
  if (!path.isAbsolute(compiler) && onPath(compiler) === null) return `there is no C compiler (${compiler})`;
  const gyp = nodeGyp();
  if (gyp === null) return 'there is no node-gyp, which usually comes with npm';
  const headers = nodeDirectory();
  const args = [...gyp.args, 'rebuild', '--release', ...(headers === null ? [] : [`--nodedir=${headers}`])];
  const { status, error, stdout, stderr } = spawnSync(gyp.command, args, {
    cwd: nativeRoot,
    encoding: 'utf8',
  });
  if (error !== undefined) return `${gyp.command}: ${error.message}`;
  if (status !== 0) return `node-gyp failed:\n${stdout}\n${stderr}`;
  mkdirSync(output, { recursive: true });
  const fresh = `${binary}.${process.pid}`;
  copyFileSync(path.join(nativeRoot, 'build', 'Release', addonName), fresh);
  // A process that has the old file open keeps it.
  renameSync(fresh, binary);
  writeFileSync(stamp, sourceHash());
  rmSync(path.join(nativeRoot, 'build'), { recursive: true, force: true });
  return null;
}
