// This file lies beside the worker in `src`, and its code does in `dist`, where the build puts all code into the package's own folder.

/** The main file of the thread that serves. */
export const workerFile: URL = new URL('./inspector-worker.js', import.meta.url);
