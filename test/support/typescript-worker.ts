import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

const require = createRequire(import.meta.url);
// `require` finds the CommonJS half of tsx; its other half lies beside it.
const tsx = new URL('index.mjs', pathToFileURL(require.resolve('tsx/esm/api'))).href;

/**
 * Starts a worker thread that runs a TypeScript module against the packages' source.
 *
 * @param file the module
 * @param options those of `Worker`
 */
export function startTypeScriptWorker(file: URL, options: WorkerOptions = {}): Worker {
  // Where Node.js does not know TypeScript itself, tsx has to be loaded inside the worker: options do not reach it.
  const program = `import { register } from '${tsx}'; register(); await import('${file.href}');`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    execArgv: ['--conditions=bight-source'],
    ...options,
  });
}
