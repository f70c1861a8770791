// `npm start`: the contextvars echo server of Python's documentation, on the built packages. Arguments are the example's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';
import { prepare } from './prepare.mjs';

const example = path.join(root, 'examples', 'dist', 'contextvars-echo-server.js');
if (prepare({ types: false }) && existsSync(example)) {
  mergeRepeatedInterrupts();
  // In this very process, so that Ctrl-C and the exit status are the example's own.
  process.argv[1] = example;
  await import(pathToFileURL(example).href);
} else {
  console.error(`${path.relative(root, example)} was not built, so there is nothing to start.`);
  process.exitCode = 1;
}

/**
 * The terminal sends Ctrl-C to us and to npm, and npm passes its own on to us: one key, two signals, and the second one
 * would mean "stop at once". (Without the `exec` in package.json npm's would end at the shell between us, and a signal sent to
 * npm alone would leave us behind as an orphan.)
 */
function mergeRepeatedInterrupts(windowMs = 300) {
  const { emit } = process;
  let mergeUntilMs = 0;
  process.emit = (name, ...args) => {
    if (name === 'SIGINT') {
      if (performance.now() < mergeUntilMs) return true;
      mergeUntilMs = performance.now() + windowMs;
      // The example may be done with its own listener before the second one comes.
      const ignore = () => {};
      process.on('SIGINT', ignore);
      setTimeout(() => process.off('SIGINT', ignore), windowMs).unref();
    }
    return Reflect.apply(emit, process, [name, ...args]);
  };
}
