// Building for musl with glibc's compilers: musl's headers for any architecture come from Debian's package of that
// architecture, without installing it, and its library is only named.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './toolchain.mjs';

const machines = { amd64: 'x86_64', arm64: 'aarch64' };

/** The compiler flags that replace glibc's headers by musl's; downloads them when they are not there yet. */
export function muslHeaders(architecture) {
  const directory = directoryOf(architecture);
  const headers = path.join(directory, 'usr', 'include', `${machines[architecture]}-linux-musl`);
  if (!existsSync(headers)) download(architecture, directory);
  // stddef.h and the like belong to the compiler.
  const own = run(compilerOf(architecture), ['-print-file-name=include'], directory).trim();
  return ['-nostdinc', '-isystem', headers, '-isystem', own, '-U_FORTIFY_SOURCE'];
}

/** An empty library with the name of musl's, to link with. */
export function muslStub(architecture) {
  const directory = directoryOf(architecture);
  const name = `libc.musl-${machines[architecture]}.so.1`;
  const output = path.join(directory, name);
  const args = ['-shared', '-nostdlib', `-Wl,-soname,${name}`, '-x', 'c', '/dev/null', '-o', output];
  run(compilerOf(architecture), args, directory);
  return output;
}

function directoryOf(architecture) {
  return path.join(packageRoot, 'build', 'musl', architecture);
}

function compilerOf(architecture) {
  return `${machines[architecture]}-linux-gnu-gcc`;
}

function download(architecture, directory) {
  rmSync(directory, { recursive: true, force: true });
  const lists = path.join(directory, 'lists');
  mkdirSync(path.join(lists, 'partial'), { recursive: true });
  // A state of its own, so that the machine need not know the other architecture.
  const options = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${directory}`,
  ];
  const apt = (...args) =>
    run('apt-get', [...options.flatMap((option) => ['-o', option]), '-qq', ...args], directory);
  apt('update');
  apt('download', 'musl-dev');
  const [archive] = readdirSync(directory).filter((name) => name.endsWith('.deb'));
  run('dpkg-deb', ['-x', archive, directory], directory);
  rmSync(lists, { recursive: true, force: true });
}

function run(command, args, cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.at(-1)} failed: ${stderr}`);
  return stdout;
}
