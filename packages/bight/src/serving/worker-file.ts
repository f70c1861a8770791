import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// This file lies in `src/serving`, and its code in `dist`, beside the built file of the worker.
const built = new URL('./serve-worker.js', import.meta.url);
const fromSource = new URL('../../dist/serve-worker.js', import.meta.url);

/** The main file of a worker. */
export function workerFile(): URL {
  return existsSync(fileURLToPath(built)) ? built : fromSource;
}

/** Flags that say that the program is a text and not a file. */
const WITH_TEXT = /^(-e|--eval|-p|--print|-pe|--input-type)/;

/** This process's own flags, without those of a program that is a text, and without the one that has packages read from their source. */
export function workerFlags(): string[] {
  if (process.execArgv.some((flag) => WITH_TEXT.test(flag))) return [];
  return process.execArgv.filter((flag) => flag !== '--conditions=bight-source');
}
