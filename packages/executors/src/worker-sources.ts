// What workers run, as texts, for programs that are bundled into one file. The build puts them here; from `src` the
// files run.

/** What a worker thread runs; `null` where only the file is there. */
export const threadWorkerSource: string | null = null;

/** What a worker process runs; `null` where only the file is there. */
export const processWorkerSource: string | null = null;
