import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { outputOf, runFolder } from './program-files.mjs';
import { repository } from './workspace.js';

export { runFolder };

const compiler = path.join(repository, 'test/support/compile-programs.mjs');

/**
 * What Node is started with, before the compiled file: with `BIGHT_TEST_SOURCE_MAPS=1`, stacks name the lines of the
 * sources.
 */
export const flags = [
  '--conditions=bight-source',
  ...(process.env.BIGHT_TEST_SOURCE_MAPS === '1' ? ['--enable-source-maps'] : []),
];

/**
 * Compiles a program against the packages' source, once in a run of jest.
 *
 * @param file the program, relative to the repository or absolute
 * @returns the file of JavaScript
 */
export function compiled(file: string): string {
  compileTogether([file]);
  return outputOf(file);
}

/**
 * Compiles programs that are not compiled yet, which takes little longer than one.
 *
 * @param files the programs, relative to the repository or absolute
 */
export function compileTogether(files: readonly string[]): void {
  const missing = files.filter((file) => !existsSync(outputOf(file)));
  if (missing.length === 0) return;
  for (const file of missing) mkdirSync(path.dirname(outputOf(file)), { recursive: true });
  const pairs = missing.flatMap((file) => [path.resolve(repository, file), outputOf(file)]);
  execFileSync(process.execPath, [compiler, ...pairs], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/**
 * @param file the program, relative to the repository or absolute
 * @param args the program's arguments
 * @returns what Node is started with to run the program: options, the compiled file, the program's arguments
 */
export function nodeArguments(file: string, args: readonly string[] = []): string[] {
  return [...flags, compiled(file), ...args];
}
