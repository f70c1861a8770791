import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What bundlers call a file: the second and the third say in which form it is. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/**
 * Finds the built main file of a package's workers. The folder that the environment variable `BIGHT_WORKERS` names is
 * the only one, where it is set. Otherwise the file lies beside the package's code in `dist`, where a file of `src`,
 * two folders deep, finds it as well; and a bundle has it beside itself, or beside the program's main file.
 *
 * @param name - the file's name without its extension, such as `'serve-worker'`
 * @param here - the caller's `import.meta.url`, taken from a variable: bundlers copy what `new URL('./…',
 *   import.meta.url)` names, without what that imports. A CommonJS bundle has none
 * @returns the file, or `null` where there is none
 */
export function builtWorkerFile(name: string, here: string | undefined): URL | null {
  const files = foldersOf(here).flatMap((folder) => EXTENSIONS.map((end) => new URL(name + end, folder)));
  return files.find((file) => existsSync(fileURLToPath(file))) ?? null;
}

function foldersOf(here: string | undefined): URL[] {
  const named = process.env.BIGHT_WORKERS;
  if (named !== undefined && named !== '') return [pathToFileURL(`${path.resolve(named)}/`)];
  const places = here === undefined ? [] : ['.', '../../dist/'].map((place) => new URL(place, here));
  const main = process.argv[1];
  return main === undefined || !path.isAbsolute(main)
    ? places
    : [...places, new URL('.', pathToFileURL(main))];
}
