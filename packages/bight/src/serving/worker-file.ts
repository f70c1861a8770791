import { builtWorkerFile } from '@bight/executors/low-level';
import { RuntimeError } from '@bight/loop-abstract';

const here = import.meta.url as string | undefined;

/**
 * The main file of a worker.
 *
 * @throws {RuntimeError} in a bundle, which has no such file
 */
export function workerFile(): URL {
  const found = builtWorkerFile('serve-worker.js', here);
  if (found !== null) return found;
  throw new RuntimeError('serve() starts workers from a file of their own: leave bight out of the bundle');
}
