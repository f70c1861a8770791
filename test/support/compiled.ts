import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { repository } from './workspace.js';

const compiler = path.join(repository, 'test/support/compile-program.mjs');

/** The name of this run's folders. */
const RUN = process.env.BIGHT_TEST_RUN ?? String(process.pid);

/**
 * The folder in which a run of jest keeps what is made once. It is removed when the run ends, and need not exist yet.
 *
 * @param part a package, `test` or `examples`, relative to the repository. What is compiled finds foreign packages from
 *   there
 */
export function runFolder(part: string): string {
  return path.join(repository, part, 'build', RUN);
}

/** What Node is started with, before the compiled file. */
export const flags = ['--conditions=bight-source', '--enable-source-maps'];

/**
 * Compiles a program against the packages' source, once in a run of jest.
 *
 * @param file the program, relative to the repository or absolute
 * @returns the file of JavaScript
 */
export function compiled(file: string): string {
  const source = path.relative(repository, path.resolve(repository, file));
  const [room, name] = source.split(path.sep) as [string, string];
  const folder = runFolder(room === 'packages' ? path.join(room, name) : room);
  const output = path.join(folder, `${source.replaceAll(/[^\w.-]/g, '-')}.mjs`);
  if (existsSync(output)) return output;
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [compiler, source, output], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return output;
}

/**
 * @param file the program, relative to the repository or absolute
 * @param args the program's arguments
 * @returns what Node is started with to run the program: options, the compiled file, the program's arguments
 */
export function nodeArguments(file: string, args: readonly string[] = []): string[] {
  return [...flags, compiled(file), ...args];
}
