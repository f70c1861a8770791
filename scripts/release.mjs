// `node scripts/release.mjs --rehearse` or `--publish`: publishes every package whose version npm does not have yet,
// the binaries of @bight/sockets first, since it depends on them. It needs the output of `node scripts/build.mjs` and
// prebuild.mjs. A rehearsal packs and checks everything, and uploads nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platforms } from '../packages/sockets/scripts/platforms.mjs';
import { packages, root } from './packages.mjs';
import { run, runPnpm } from './run.mjs';
import { publicPackages } from './smoke/pack.mjs';

const mode = process.argv[2];
if (mode !== '--rehearse' && mode !== '--publish') {
  console.error('usage: node scripts/release.mjs --rehearse | --publish');
  process.exit(2);
}
const isRehearsal = mode === '--rehearse';

const problems = findProblems();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

let published = 0;
for (const name of Object.keys(platforms)) {
  const directory = path.join(root, 'packages', 'sockets', 'prebuilds', name);
  publish(directory, (args) => run('npm', ['publish', ...args], { cwd: directory }));
}
for (const { directory } of publicPackages()) {
  publish(directory, (args) => runPnpm(['publish', '--no-git-checks', ...args], { cwd: directory }));
}
console.log(`${published} packages ${isRehearsal ? 'would be published' : 'published'}`);

/** Finds the problems that prevent a release, before anything is uploaded. */
function findProblems() {
  const found = [];
  const versions = new Set(packages().map(({ manifest }) => manifest.version));
  if (!isRehearsal && versions.has('0.0.0'))
    found.push('0.0.0 is no version: run `npx pnpm@12 changeset version` first');
  const built = new Set(publicPackages().map(({ name }) => name));
  for (const { name, manifest } of packages()) {
    if (manifest.private !== true && !built.has(name)) found.push(`${name} is not built`);
  }
  for (const name of Object.keys(platforms)) {
    const manifest = path.join(root, 'packages', 'sockets', 'prebuilds', name, 'package.json');
    if (!existsSync(manifest)) {
      // A rehearsal on one machine has the binaries of that machine's system only.
      if (!isRehearsal) found.push(`the binary for ${name} is missing`);
    } else {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
      if (!versions.has(version)) found.push(`the binary for ${name} is of version ${version}`);
    }
  }
  return found;
}

function publish(directory, upload) {
  if (!existsSync(path.join(directory, 'package.json'))) return;
  const { name, version } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  const { stdout } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' });
  if (stdout.trim() === version) return;
  const status = upload(['--access', 'public', ...(isRehearsal ? ['--dry-run'] : ['--provenance'])]);
  if (status !== 0) throw new Error(`${name}@${version} could not be published`);
  published++;
}
