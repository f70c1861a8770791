// Builds the platform packages (prebuilds/*), for those platforms that are named, else for all that this machine can
// build for. Linux's come from Debian's toolchains (gcc, gcc-aarch64-linux-gnu, musl-tools), macOS's from a Mac. Usage:
// prebuild.mjs [linux-x64-gnu …]
import path from 'node:path';
import { compile } from './compile.mjs';
import { muslHeaders, muslStub } from './musl.mjs';
import { platforms, writePlatformPackage } from './platforms.mjs';
import { addonName, onPath, packageRoot } from './toolchain.mjs';

const optimised = ['-O2', '-DNDEBUG'];
const linux = ['-shared', '-Wl,-s', '-static-libgcc', ...optimised];
// Nothing of the C library is linked with: Node has it in the process. But the binary asks for musl by name, so that it
// does not load where glibc is.
const musl = (architecture) => [
  ...linux,
  '-nostdlib',
  ...muslHeaders(architecture),
  '-Wl,--no-as-needed',
  muslStub(architecture),
];
const mac = (arch) => [
  '-bundle',
  '-undefined',
  'dynamic_lookup',
  '-arch',
  arch,
  '-mmacosx-version-min=11.0',
  ...optimised,
];

const recipes = {
  'linux-x64-gnu': { platform: 'linux', compiler: 'x86_64-linux-gnu-gcc', flags: () => linux },
  'linux-x64-musl': { platform: 'linux', compiler: 'x86_64-linux-gnu-gcc', flags: () => musl('amd64') },
  'linux-arm64-gnu': { platform: 'linux', compiler: 'aarch64-linux-gnu-gcc', flags: () => linux },
  'linux-arm64-musl': { platform: 'linux', compiler: 'aarch64-linux-gnu-gcc', flags: () => musl('arm64') },
  'darwin-arm64': { platform: 'darwin', compiler: 'clang', flags: () => mac('arm64') },
  'darwin-x64': { platform: 'darwin', compiler: 'clang', flags: () => mac('x86_64') },
};

const known = Object.keys(platforms);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known.filter(isPossible);
for (const name of wanted) {
  const recipe = recipes[name];
  if (recipe === undefined || !known.includes(name))
    throw new Error(`there is no platform ${name}; there are ${known.join(', ')}`);
  const directory = path.join(packageRoot, 'prebuilds', name);
  const output = path.join(directory, addonName);
  compile({ compiler: recipe.compiler, platform: recipe.platform, output, flags: recipe.flags() });
  writePlatformPackage(name, directory);
  console.log(`built ${path.relative(packageRoot, output)}`);
}

function isPossible(name) {
  return recipes[name].platform === process.platform && onPath(recipes[name].compiler) !== null;
}
