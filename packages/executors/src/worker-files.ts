// The main files of workers. This file lies beside them in `src`, and its code does in `dist`, where the build puts all code into
// the package's own folder.

/** The main file of a worker thread. */
export const threadWorkerFile = new URL('./thread-worker.js', import.meta.url);

/** The main file of a worker process. */
export const processWorkerFile = new URL('./process-worker.js', import.meta.url);
