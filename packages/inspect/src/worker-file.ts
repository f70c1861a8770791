import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RuntimeError } from '@bight/loop-abstract';

/**
 * In a variable: bundlers copy what `new URL('./…', import.meta.url)` names, without what that imports. A CommonJS
 * bundle has none.
 */
const here = import.meta.url as string | undefined;

/**
 * The main file of the thread that serves. This file lies beside it in `src`, and its code does in `dist`, where the
 * build puts all code into the package's own folder. A bundle has it where `BIGHT_WORKERS` says, beside itself, or
 * beside the program's main file.
 *
 * @throws {RuntimeError} in a bundle that has no such file
 */
export function workerFile(): URL {
  const names = ['.js', '.mjs', '.cjs'].map((end) => `inspector-worker${end}`);
  const files = folders().flatMap((folder) => names.map((name) => new URL(name, folder)));
  const found = files.find((file) => existsSync(fileURLToPath(file)));
  if (found !== undefined) return found;
  throw new RuntimeError(
    'the inspector needs two files: bundle @bight/inspect/dist/inspector-worker.js beside the program, ' +
      'with page.json, or leave @bight/inspect out of the bundle',
  );
}

function folders(): URL[] {
  const named = process.env.BIGHT_WORKERS;
  if (named !== undefined && named !== '') return [pathToFileURL(`${path.resolve(named)}/`)];
  const places = here === undefined ? [] : [new URL('.', here)];
  const main = process.argv[1];
  return main === undefined || !path.isAbsolute(main)
    ? places
    : [...places, new URL('.', pathToFileURL(main))];
}
