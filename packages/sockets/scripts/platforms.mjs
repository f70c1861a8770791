// The platforms that have a package with a binary of their own, and these packages, which exist only while they are
// packed.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publisherFields } from '../../../scripts/publisher.mjs';
import { addonName, packageRoot } from './toolchain.mjs';

/** `linux-x64-gnu` and the others: what npm has to know of each, and what it is called in its README. */
export const platforms = {
  'darwin-arm64': { title: 'macOS on Apple silicon', os: 'darwin', cpu: 'arm64' },
  'darwin-x64': { title: 'macOS on Intel processors', os: 'darwin', cpu: 'x64' },
  'linux-arm64-gnu': { title: '64-bit ARM Linux with glibc', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  'linux-arm64-musl': { title: '64-bit ARM Linux with musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  'linux-x64-gnu': { title: '64-bit Linux with glibc', os: 'linux', cpu: 'x64', libc: 'glibc' },
  'linux-x64-musl': { title: '64-bit Linux with musl', os: 'linux', cpu: 'x64', libc: 'musl' },
};

/** What the packed `@bight/sockets` depends on: `{ '@bight/sockets-linux-x64-gnu': '1.0.0', … }`. */
export function platformDependencies(version) {
  return Object.fromEntries(Object.keys(platforms).map((name) => [`@bight/sockets-${name}`, version]));
}

/** Writes the package of a platform around the binary that lies in a folder, ready for `npm publish`. */
export function writePlatformPackage(name, directory) {
  const { title, os, cpu, libc } = platforms[name];
  const { version, license, engines } = JSON.parse(
    readFileSync(path.join(packageRoot, 'package.json'), 'utf8'),
  );
  const manifest = {
    name: `@bight/sockets-${name}`,
    version,
    description: `The addon of @bight/sockets for ${title}.`,
    license,
    ...publisherFields('packages/sockets'),
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? undefined : { libc: [libc] }),
    engines,
    main: `./${addonName}`,
    files: [addonName, 'README.md', 'LICENSE'],
    publishConfig: { access: 'public' },
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(
    path.join(directory, 'README.md'),
    `# @bight/sockets-${name}

The addon of \`@bight/sockets\` for ${title}. That package installs it where it fits; there is no reason to install it by hand.
`,
  );
  copyFileSync(path.join(packageRoot, '..', '..', 'LICENSE'), path.join(directory, 'LICENSE'));
}
