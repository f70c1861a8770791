/*
 * The functions of the platform, taken once, when this package is imported. Fake timers (of jest, vitest, sinon or
 * `node:test`) that are installed later replace the global ones: a loop that used those would wait for ever for a turn
 * that nothing makes, or mix a faked clock with real alarms. A loop runs in real time; `@bight/loop-testing` has the
 * clock that stands still. `MessageChannel` is not among them: nothing fakes it, and looking at it loads streams in
 * Node.
 */

export const { clearInterval, clearTimeout, queueMicrotask, setImmediate, setInterval, setTimeout } =
  globalThis;

const { performance, process } = globalThis;

/** Milliseconds on a monotonic clock. */
export const now: () => number = performance.now.bind(performance);

/** `undefined` where there is no Node. */
export const nextTick: typeof process.nextTick | undefined = process?.nextTick?.bind(process);
