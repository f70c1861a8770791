// `npm start`: the contextvars echo server of Python's documentation, on the built packages. Arguments are the
// example's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mergeRepeatedInterrupts } from './merge-interrupts.mjs';
import { root } from './packages.mjs';
import { prepare } from './prepare.mjs';

const example = path.join(root, 'examples', 'dist', 'contextvars-echo-server.js');
if ((await prepare({ types: false })) && existsSync(example)) {
  mergeRepeatedInterrupts();
  // Imported into this process, so that Ctrl-C and the exit status are the example's own.
  process.argv[1] = example;
  await import(pathToFileURL(example).href);
} else {
  console.error(`${path.relative(root, example)} was not built, so there is nothing to start.`);
  process.exitCode = 1;
}
