import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Finds the built main file of a package's workers. It lies beside the package's code in `dist`; a file of `src`, two
 * folders deep, finds it there as well.
 *
 * @param name - the file's name, such as `'serve-worker.js'`
 * @param here - the caller's `import.meta.url`, taken from a variable: bundlers copy what `new URL('./…',
 *   import.meta.url)` names, without what that imports. A CommonJS bundle has none
 * @returns the file, or `null` where there is none: in a bundle
 */
export function builtWorkerFile(name: string, here: string | undefined): URL | null {
  if (here === undefined) return null;
  const files = [`./${name}`, `../../dist/${name}`].map((place) => new URL(place, here));
  return files.find((file) => existsSync(fileURLToPath(file))) ?? null;
}
