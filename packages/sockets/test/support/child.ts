import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';

const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
const bundles = new Map<string, string>();
afterAll(() => {
  for (const file of bundles.values()) rmSync(file, { force: true });
  bundles.clear();
});

/** How a program in a process of its own ended. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a module's text in a new process. In it, and in its workers, `LOAD` stands for an expression that imports
 * everything of this package.
 *
 * @param descriptors how many descriptors the process may have, if they are to run out
 */
export function runProgram(text: string, env: NodeJS.ProcessEnv = {}, descriptors?: number): Outcome {
  const load = '(await import(process.env.BIGHT_TEST_BUNDLE))';
  const args = ['--input-type=module', '--eval', text.replaceAll('LOAD', load)];
  return runNode(args, { ...env, BIGHT_TEST_BUNDLE: bundle('test/fixtures/everything.ts') }, descriptors);
}

/** Runs a file of the package in a new process. */
export function runFile(file: string, args: readonly (string | number)[] = []): Outcome {
  return runNode([bundle(file), ...args.map(String)]);
}

/** Like `runProgram()`, in a process that finds no addon. */
export function runWithoutAddon(text: string): Outcome {
  return runProgram(text, { BIGHT_SOCKETS_BINARY: '/nonexistent/addon.node' });
}

/** One JavaScript file with everything that a module imports, at the depth at which the package looks for its addon. */
export function bundle(entry: string): string {
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const output = path.join(
    packageRoot,
    'build',
    `${path.basename(entry, '.ts')}-${process.pid}-${bundles.size}.mjs`,
  );
  mkdirSync(path.dirname(output), { recursive: true });
  const args = [
    entry,
    '--bundle',
    '--format=esm',
    '--platform=node',
    '--conditions=bight-source',
    `--outfile=${output}`,
  ];
  const { status, stderr } = spawnSync(esbuild, [...args, '--log-level=warning'], {
    cwd: packageRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`esbuild failed: ${stderr}`);
  bundles.set(entry, output);
  return output;
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}, descriptors?: number): Outcome {
  const node = [process.execPath, '--expose-gc', ...args];
  const [command, ...rest] =
    descriptors === undefined ? node : ['sh', '-c', `ulimit -n ${descriptors} && exec "$0" "$@"`, ...node];
  const { stdout, stderr, status, signal } = spawnSync(command!, rest, {
    cwd: packageRoot,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    // A machine that is busy takes its time, and so do sanitizers and longer fuzzing.
    timeout: 100_000 * Number(process.env.FUZZ_ROUNDS ?? (process.env.ASAN_OPTIONS === undefined ? 1 : 4)),
    killSignal: 'SIGKILL',
  });
  return { stdout, stderr, status, signal };
}
