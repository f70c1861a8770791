import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { repository } from './workspace.js';

const compiler = path.join(repository, 'test/support/compile-program.mjs');

/** Where this run of jest keeps what it compiled; below the program's package, from where foreign packages are found. */
const RUN = process.env.BIGHT_TEST_RUN ?? String(process.pid);

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
  const folder = path.join(repository, room === 'packages' ? path.join(room, name) : room, 'build', RUN);
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
