// What bight writes to the console, on its way to Python's log.
import { encode } from './encoding.mjs';
import { request } from './requests.mjs';

let reported = null;

/** Calls a default exception handler, with the error whose trace belongs to what it writes. */
export function whileReporting(error, write) {
  const outer = reported;
  reported = error ?? null;
  try {
    write();
  } finally {
    reported = outer;
  }
}

/** Sends the console's errors and warnings, and the process's warnings, to Python. */
export function redirectReports() {
  for (const level of ['error', 'warn']) {
    const plain = console[level];
    console[level] = (...words) => {
      try {
        const thrown = words[1] instanceof Error;
        request({ op: 'log', level, thrown, words: words.map(String), error: encode(reported) });
      } catch (error) {
        plain(...words, error);
      }
    };
  }
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    request({ op: 'warning', name, message });
  });
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    process.on(event, (error) => process.stderr.write(`bridge: ${event}: ${error?.stack ?? error}\n`));
  }
}
