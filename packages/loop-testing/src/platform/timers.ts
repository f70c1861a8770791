import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Patch, patch } from './patch.js';
import { worldHere } from './platform-world.js';
import { VirtualImmediate, VirtualTimer } from './virtual-timer.js';

type Callback = (...args: unknown[]) => void;
type Start = (callback: Callback, delay?: number, ...args: unknown[]) => unknown;
type Clear = (handle: unknown) => void;
type Options = { signal?: AbortSignal; ref?: boolean };
type Wait = (delay?: number, value?: unknown, options?: Options) => Promise<unknown>;

/** The timers of the global object, of `node:timers` and of `node:timers/promises`, and `AbortSignal.timeout()`. */
export function timerPatches(): Patch[] {
  return [
    ...[globalThis, timers].flatMap((target) => [
      ...patch<Start>(target, 'setTimeout', (original) => starter(original, false)),
      ...patch<Start>(target, 'setInterval', (original) => starter(original, true)),
      ...patch<Start>(target, 'setImmediate', immediateStarter),
      ...['clearTimeout', 'clearInterval', 'clearImmediate'].flatMap((name) =>
        patch<Clear>(target, name, clearer),
      ),
    ]),
    ...patch<Wait>(
      promises,
      'setTimeout',
      (original) => (delay, value, options) =>
        worldHere() === undefined ? original(delay, value, options) : wait(delay, value, options),
    ),
    ...patch<(value?: unknown, options?: Options) => Promise<unknown>>(
      promises,
      'setImmediate',
      (original) => (value, options) =>
        worldHere() === undefined ? original(value, options) : waitForTurn(value, options),
    ),
    ...patch<(delay?: number, value?: unknown, options?: Options) => AsyncIterable<unknown>>(
      promises,
      'setInterval',
      (original) => (delay, value, options) =>
        worldHere() === undefined ? original(delay, value, options) : repeat(delay, value, options),
    ),
    ...patch<(delay: number, options?: Options) => Promise<unknown>>(
      promises.scheduler,
      'wait',
      (original) => (delay, options) =>
        worldHere() === undefined
          ? original.call(promises.scheduler, delay, options)
          : wait(delay, undefined, options),
    ),
    ...patch<() => Promise<unknown>>(
      promises.scheduler,
      'yield',
      (original) => () =>
        worldHere() === undefined ? original.call(promises.scheduler) : waitForTurn(undefined),
    ),
    ...patch<(milliseconds: number) => AbortSignal>(AbortSignal, 'timeout', (original) => (milliseconds) => {
      const world = worldHere();
      if (world === undefined || !(milliseconds >= 0)) return original.call(AbortSignal, milliseconds);
      const controller = new AbortController();
      const reason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      new VirtualTimer(world, milliseconds, false, () => controller.abort(reason())).unref();
      return controller.signal;
    }),
  ];
}

function starter(original: Start, repeats: boolean): Start {
  const start: Start = (callback, delay, ...args) => {
    const world = worldHere();
    if (world === undefined || typeof callback !== 'function') return original(callback, delay, ...args);
    return new VirtualTimer(world, delay, repeats, () => callback(...args));
  };
  return withPromise(
    start,
    repeats ? undefined : (delay, value, options) => promises.setTimeout(delay, value, options),
  );
}

function immediateStarter(original: Start): Start {
  const start: Start = (callback, ...args) => {
    const world = worldHere();
    if (world === undefined || typeof callback !== 'function')
      return original(callback, ...(args as [number]));
    return new VirtualImmediate(world, () => callback(...args));
  };
  return withPromise(start, (value) => promises.setImmediate(value));
}

/** What `util.promisify()` makes of it. */
function withPromise(start: Start, wait: ((...args: never[]) => Promise<unknown>) | undefined): Start {
  if (wait !== undefined) Object.defineProperty(start, promisify.custom, { value: wait });
  return start;
}

function clearer(original: Clear): Clear {
  return (handle) => {
    if (handle instanceof VirtualImmediate) handle.close();
    else {
      const timer = VirtualTimer.of(handle);
      if (timer === undefined) original(handle);
      else timer.close();
    }
  };
}

function wait(delay: number | undefined, value: unknown, options?: Options): Promise<unknown> {
  return until(options, (resolve) => {
    const timer = setTimeout(resolve, delay, value);
    if (options?.ref === false) timer.unref();
    return () => clearTimeout(timer);
  });
}

function waitForTurn(value: unknown, options?: Options): Promise<unknown> {
  return until(options, (resolve) => {
    const immediate = setImmediate(resolve, value);
    return () => clearImmediate(immediate);
  });
}

function until(
  { signal }: Options = {},
  start: (resolve: (value: unknown) => void) => () => void,
): Promise<unknown> {
  if (signal?.aborted) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(abortError(signal as AbortSignal));
    };
    const cancel = start((value) => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** As Node's, it goes on while the reader is busy, and gives what was missed at once. */
async function* repeat(delay: number | undefined, value: unknown, options?: Options): AsyncGenerator {
  let due = 0;
  let wake = (_: unknown): void => {};
  const timer = setInterval(() => {
    due++;
    wake(undefined);
  }, delay);
  if (options?.ref === false) timer.unref();
  const signal = options?.signal;
  const stop = () => clearInterval(timer);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      if (due === 0) {
        await until(options, (resolve) => {
          wake = resolve;
          return () => {};
        });
      }
      for (; due > 0; due--) yield value;
      if (signal?.aborted) throw abortError(signal);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function abortError({ reason }: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
