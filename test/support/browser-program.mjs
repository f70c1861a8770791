// The program that shows what a loop can do in a page, as one script without Node, and what it should find.
import { buildSync } from 'esbuild';

const program = 'packages/loop-core/test/programs/in-a-browser.ts';

/** The text of the script. */
export function browserProgram() {
  const { outputFiles } = buildSync({
    entryPoints: [program],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['bight-source'],
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

const observed = (name) => Array(5).fill(`${name} ${name}`);

/** What it reports where everything works. */
export const expected = {
  observed: [observed('a'), observed('b')],
  generated: 'Task-2',
  cancelled: 'CancelledError',
  combined: ['CancelledError', 'CancelledError', 'nothing'],
  timedOut: 'TimeoutError',
  waited: 'TimeoutError',
  failed: 'AggregateError',
  callback: 'true none',
  event: 'RuntimeError',
  after: 'Task-1',
};
