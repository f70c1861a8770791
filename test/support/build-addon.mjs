// Builds the addon of @bight/sockets before the tests, unless it is up to date (then this takes a tenth of a second).
// On Debian, as root, it installs the compiler if that is what is missing. Without the addon the tests that need it
// fail.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installDebianPackages } from './debian.mjs';

const script = fileURLToPath(new URL('../../packages/sockets/scripts/build.mjs', import.meta.url));

export default function buildAddon() {
  const first = build();
  if (first === null) return;
  const installed = installDebianPackages({ cc: 'gcc', 'g++': 'g++', make: 'make', python3: 'python3' });
  const failure = installed ? build() : first;
  if (failure !== null) console.error(failure);
}

/** @returns the output of the build when it failed, or null */
function build() {
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  return status === 0 ? null : stderr;
}
