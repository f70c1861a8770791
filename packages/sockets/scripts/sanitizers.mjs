// The addon built with AddressSanitizer and UndefinedBehaviorSanitizer (GCC, on Linux), and how a process is started
// with it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compile } from './compile.mjs';
import { addonName, packageRoot } from './toolchain.mjs';

const compiler = process.env.CC ?? 'gcc';
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];

/**
 * Builds the addon.
 *
 * @param {{ name?: string, sources?: string }} [options] `name`: of the folder in `build`; `sources`: the folder of the
 *   C files, if it is another one than the package's
 * @returns {string} the binary
 */
export function buildSanitized({ name = 'Sanitize', sources } = {}) {
  const output = path.join(packageRoot, 'build', name, addonName);
  const flags = ['-shared', '-g', '-O1', ...sanitizers];
  compile({ compiler, platform: process.platform, output, flags, sources });
  return output;
}

/** What has to be in the environment of a process that loads the binary: a finding ends it with a report. */
export function sanitizedEnvironment(binary) {
  const { stdout } = spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  return {
    BIGHT_SOCKETS_BINARY: binary,
    // Node itself is not built with the sanitizer, whose library has to come first all the same.
    LD_PRELOAD: stdout.trim(),
    // What V8 leaves allocated at exit is its own business, and so are its signal stacks.
    ASAN_OPTIONS: 'detect_leaks=0:use_sigaltstack=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  };
}
