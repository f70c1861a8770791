import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '@bight/loop-abstract';

/**
 * In a variable: bundlers copy what `new URL('./…', import.meta.url)` names, without what that imports. A CommonJS
 * bundle has none.
 */
const here = import.meta.url as string | undefined;

/**
 * The main file of the thread that serves. This file lies beside it in `src`, and its code does in `dist`, where the
 * build puts all code into the package's own folder.
 *
 * @throws {RuntimeError} in a bundle, which has no such file
 */
export function workerFile(): URL {
  const file = here === undefined ? null : new URL('./inspector-worker.js', here);
  if (file !== null && existsSync(fileURLToPath(file))) return file;
  throw new RuntimeError(
    'the inspector runs in a thread from a file of its own: leave @bight/inspect out of the bundle',
  );
}
