import { spawn } from 'node:child_process';
import { compiled, flags } from './compiled.js';
import { repository } from './workspace.js';

/** How a program ended. */
export interface Outcome {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** How to run a program. */
export interface RunOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  nodeOptions?: readonly string[];
  /** Killed when it takes longer; by default 100. */
  timeoutSeconds?: number;
}

/**
 * Runs a TypeScript program in a process of its own, against the packages' source, and waits for its end. For what
 * cannot be seen from inside a jest worker: exit status, warnings on stderr, signals, whether the process ends at all.
 *
 * @param file the program, relative to the repository.
 */
export function runTypeScript(file: string, options: RunOptions = {}): Promise<Outcome> {
  const { args = [], env = {}, nodeOptions = [], timeoutSeconds = 100 } = options;
  const child = spawn(
    process.execPath,
    [...flags, ...nodeOptions, ...(file === '' ? [] : [compiled(file)]), ...args],
    { cwd: repository, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, ...output });
    });
  });
}
