// The main files of workers. This file lies beside them in `src`, and its code does in `dist`, where the build puts all
// code into the package's own folder.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processWorkerSource, threadWorkerSource } from './worker-sources.js';

/** What a worker runs. */
export interface WorkerMain {
  /** A file, or a text. */
  readonly main: string;
  /** Whether it is a text: a CommonJS program. */
  readonly isSource: boolean;
}

/** In a variable: bundlers copy what `new URL('./…', import.meta.url)` names, without what that imports. */
const here = import.meta.url as string | undefined;
let isInPackage: boolean | null = null;

/** What a worker thread runs. */
export function threadWorkerMain(): WorkerMain {
  return mainOf('thread-worker.js', threadWorkerSource);
}

/** What a worker process runs. */
export function processWorkerMain(): WorkerMain {
  return mainOf('process-worker.js', processWorkerSource);
}

/** A bundle has the workers' code as texts: it is one file, and runs with nothing beside it. */
function mainOf(name: string, source: string | null): WorkerMain {
  isInPackage ??= ['thread-worker.js', 'process-worker.js'].every((file) => existsSync(fileAt(file)));
  return isInPackage || source === null
    ? { main: fileAt(name), isSource: false }
    : { main: source, isSource: true };
}

function fileAt(name: string): string {
  return here === undefined ? '' : fileURLToPath(new URL(`./${name}`, here));
}
