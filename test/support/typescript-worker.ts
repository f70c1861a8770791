import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { compiled, flags } from './compiled.js';

/**
 * Starts a worker thread that runs a TypeScript program, compiled against the packages' source.
 *
 * @param file the program
 * @param options those of `Worker`
 */
export function startTypeScriptWorker(file: URL, options: WorkerOptions = {}): Worker {
  return new Worker(compiled(fileURLToPath(file)), { execArgv: flags, ...options });
}
