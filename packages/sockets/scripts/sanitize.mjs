// Runs this package's tests on an addon built with AddressSanitizer and UndefinedBehaviorSanitizer (GCC, on Linux). Arguments
// go to jest. A finding ends the process that made it, and so fails its test.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compile } from './compile.mjs';
import { addonName, packageRoot } from './toolchain.mjs';

const compiler = process.env.CC ?? 'gcc';
const output = path.join(packageRoot, 'build', 'Sanitize', addonName);
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];
compile({ compiler, platform: process.platform, output, flags: ['-shared', '-g', '-O1', ...sanitizers] });

const root = path.resolve(packageRoot, '..', '..');
const tests = process.argv.length > 2 ? process.argv.slice(2) : ['packages/sockets'];
const { status } = spawnSync(process.execPath, ['scripts/jest.mjs', '--maxWorkers=1', ...tests], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    BIGHT_SOCKETS_BINARY: output,
    // Node itself is not built with the sanitizer, whose library has to come first all the same.
    LD_PRELOAD: runtimeOf(compiler),
    // What V8 leaves allocated at exit is its own business, and so are its signal stacks.
    ASAN_OPTIONS: 'detect_leaks=0:use_sigaltstack=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  },
});
process.exitCode = status ?? 1;

function runtimeOf(command) {
  const { stdout } = spawnSync(command, ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  return stdout.trim();
}
