import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '@bight/loop-abstract';

/** In a variable: bundlers copy what `new URL('./…', import.meta.url)` names, without what that imports. A CommonJS bundle has none. */
const here = import.meta.url as string | undefined;

/** Where the built file of the worker is, seen from `dist`, and from this file in `src/serving`. */
const PLACES = ['./serve-worker.js', '../../dist/serve-worker.js'];

/**
 * The main file of a worker.
 *
 * @throws {RuntimeError} in a bundle, which has no such file
 */
export function workerFile(): URL {
  const files = here === undefined ? [] : PLACES.map((place) => new URL(place, here));
  const found = files.find((file) => existsSync(fileURLToPath(file)));
  if (found !== undefined) return found;
  throw new RuntimeError('serve() starts workers from a file of their own: leave bight out of the bundle');
}
