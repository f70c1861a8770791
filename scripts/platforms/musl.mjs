// Linux with musl. npm's only Node for musl is inside pnpm's executable, which runs the file `dist/pnpm.mjs` beside it.
// In its place we put a script that runs the program in the arguments. Debian has musl, but no C++ library for it,
// which is built from the sources of Debian's GCC.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackages, isOnPath } from '../../test/support/debian.mjs';

const specs = '/usr/lib/x86_64-linux-musl/musl-gcc.specs';
const sources = '/usr/src/gcc-12';
const shim = fileURLToPath(new URL('./musl-shim.c', import.meta.url));

const starter = `import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The libraries are for this program only, not for the programs that it starts.
delete process.env.LD_LIBRARY_PATH;
delete process.env.LD_PRELOAD;
process.execPath = path.join(path.dirname(process.execPath), 'node.sh');
process.argv.splice(1, 1);
process.argv[1] = path.resolve(process.argv[1]);
import(pathToFileURL(process.argv[1]).href);
`;

/**
 * A Node of musl.
 *
 * @param {string} modules the folder where npm installed pnpm's program
 * @param {string} cache the folder of the built libraries
 * @returns the command that starts it, or the reason why it cannot be started here
 */
export function musl(modules, cache) {
  installDebianPackages({
    'musl-gcc': 'musl-tools',
    'x86_64-linux-gnu-gcc': 'gcc g++',
    make: 'make',
    xz: 'xz-utils',
  });
  if (!existsSync(sources)) installDebianPackages({ [`${sources} `]: 'gcc-12-source' });
  if (process.arch !== 'x64' || !isOnPath('musl-gcc') || !existsSync(sources))
    return { reason: "Debian's musl-tools and gcc-12-source are not here" };
  const libraries = path.join(cache, 'musl');
  if (!existsSync(libraries)) buildLibraries(libraries);
  const directory = path.join(cache, 'musl-node');
  mkdirSync(path.join(directory, 'dist'), { recursive: true });
  cpSync(path.join(modules, '@pnpm', 'linuxstatic-x64', 'pnpm'), path.join(directory, 'node'));
  chmodSync(path.join(directory, 'node'), 0o755);
  writeFileSync(path.join(directory, 'dist', 'pnpm.mjs'), starter);
  const command = path.join(directory, 'node.sh');
  const variables = `LD_LIBRARY_PATH='${libraries}' LD_PRELOAD='${libraries}/shim.so'`;
  writeFileSync(command, `#!/bin/sh\n${variables} exec '${directory}/node' "$@"\n`, { mode: 0o755 });
  return {
    name: 'node 26 of musl',
    command,
    args: [],
    // pnpm's executable does not accept Node's options.
    env: { BIGHT_SMOKE_ALONE: '1' },
    // A single executable such as this one refuses process pools.
    without: ['executor-bullmq', 'executors', 'inspect'],
    sample: [],
  };
}

/** Takes some minutes. */
function buildLibraries(target) {
  console.log('Building the C++ library for musl …');
  const work = `${target}-work`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(path.join(work, 'build'), { recursive: true });
  const [archive] = readdirSync(sources).filter((name) => /^gcc-.*\.tar\.xz$/.test(name));
  const version = archive.replace(/-dfsg.*|\.tar.*/g, '');
  const parts = [
    'libstdc++-v3',
    'libgcc',
    'config*',
    'include',
    'libiberty',
    'libbacktrace',
    '*.m4',
    '*.sh',
    '*sub',
  ];
  const tools = ['install-sh', 'missing', 'depcomp', 'mkinstalldirs', 'move-if-change', 'symlink-tree'];
  const wanted = [...parts, ...tools, 'gcc/BASE-VER', 'gcc/DATESTAMP'].map((name) => `${version}/${name}`);
  run('tar', ['-xJf', path.join(sources, archive), '--wildcards', ...wanted], work);
  const gcc = path.join(work, version);
  // A full build of GCC would set this: POSIX threads.
  cpSync(path.join(gcc, 'libgcc', 'gthr-posix.h'), path.join(gcc, 'libgcc', 'gthr-default.h'));
  const options = [
    ...[
      '--host=x86_64-linux-musl',
      '--build=x86_64-linux-gnu',
      '--enable-clocale=generic',
      `--prefix=${work}`,
    ],
    ...['--disable-multilib', '--disable-nls', '--disable-libstdcxx-pch', '--disable-static'],
  ];
  const env = {
    CC: `gcc -specs=${specs}`,
    CXX: `g++ -specs=${specs} -nostdinc++`,
    CFLAGS: '-O0',
    CXXFLAGS: '-O0',
  };
  const build = path.join(work, 'build');
  run(path.join(gcc, 'libstdc++-v3', 'configure'), options, build, env);
  run('make', ['-j2', 'install'], build, env);
  const made = path.join(work, 'made');
  mkdirSync(made);
  cpSync(path.join(work, 'lib', 'libstdc++.so.6'), path.join(made, 'libstdc++.so.6'), { dereference: true });
  cpSync('/lib/x86_64-linux-gnu/libgcc_s.so.1', path.join(made, 'libgcc_s.so.1'), { dereference: true });
  run('musl-gcc', ['-shared', '-fPIC', '-O1', shim, '-o', path.join(made, 'shim.so')], work);
  renameSync(made, target);
  rmSync(work, { recursive: true, force: true });
}

function run(command, args, cwd, env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed: ${`${stdout}${stderr}`.slice(-2000)}`);
}
