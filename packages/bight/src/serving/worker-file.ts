import { builtWorkerFile } from '@bight/executors/low-level';
import { RuntimeError } from '@bight/loop-abstract';

const here = import.meta.url as string | undefined;

/**
 * The main file of a worker.
 *
 * @throws {RuntimeError} in a bundle that has no such file beside it
 */
export function workerFile(): URL {
  const found = builtWorkerFile('serve-worker', here);
  if (found !== null) return found;
  throw new RuntimeError(
    'serve() needs a file: bundle bight/dist/serve-worker.js beside the program, or leave bight out of the bundle',
  );
}
