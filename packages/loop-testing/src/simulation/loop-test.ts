import { checkCallback, checkOptions } from '@bight/loop-abstract/validate';
import type { CoreEventLoop } from '@bight/loop-core';
import { runChecked } from './run-checked.js';
import { SIMULATE_OPTIONS, type SimulateOptions, simulateNamed } from './simulate.js';
import type { VirtualEventLoop } from './virtual-event-loop.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { setImmediate } = globalThis;
const now = performance.now.bind(performance);

/** The function that registers a test: that of `node:test`, jest, vitest, mocha, and whatever is called like them. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown;

/** How tests on real loops run. */
export interface LoopTestOptions<L extends CoreEventLoop> {
  /** Makes the loop of each test. */
  createLoop: () => L;
}

/**
 * Makes a function like the runner's own `test`, whose bodies run in an event loop: each in a new one, which must have
 * nothing open when the body has returned, and which is closed then.
 *
 * @param test - the runner's own function; with `test.skip` or `test.only` in its place, so are the tests
 * @param options - by default tests run in `simulate()`, with its options; with `createLoop`, in loops of yours
 * @returns a function of the test's name, and of an async body that is given the loop; it returns what `test` returns
 */
export function loopTest(
  test: TestFunction,
  options?: SimulateOptions,
): (name: string, body: (loop: VirtualEventLoop) => PromiseLike<unknown>) => unknown;
export function loopTest<L extends CoreEventLoop>(
  test: TestFunction,
  options: LoopTestOptions<L>,
): (name: string, body: (loop: L) => PromiseLike<unknown>) => unknown;
export function loopTest<L extends CoreEventLoop>(
  test: TestFunction,
  options?: SimulateOptions | LoopTestOptions<L>,
): (name: string, body: (loop: never) => PromiseLike<unknown>) => unknown {
  checkCallback(test, 'test');
  const known = [...SIMULATE_OPTIONS, 'createLoop'] as const;
  const { createLoop } = checkOptions(options as SimulateOptions & Partial<LoopTestOptions<L>>, known);
  if (createLoop !== undefined) checkOptions(options as LoopTestOptions<L>, ['createLoop']);
  return (name, body) => {
    checkCallback(body, 'body');
    // Without a parameter: some runners would wait for it to be called.
    return test(name, async () => {
      if (createLoop === undefined) await simulateNamed(body as never, name, options as SimulateOptions);
      else await runChecked(createLoop(), body as (loop: L) => PromiseLike<unknown>, letEnd);
    });
  };
}

// What has been closed takes a few turns of the platform, and real descriptors a moment, to be gone.
const LONGEST_MS = 1000;

async function letEnd(loop: CoreEventLoop): Promise<void> {
  const run = loop.runForever();
  for (const began = now(); now() - began < LONGEST_MS; ) {
    await new Promise((resolve) => setImmediate(resolve));
    if (loop.liveHandles().length === 0) break;
  }
  loop.stop();
  await run;
}
