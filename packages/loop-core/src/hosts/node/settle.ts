import { nodeInternals } from '@bight/contextvars/low-level';
import { queueMicrotask } from '../platform.js';

const resolved = Promise.resolve();

/**
 * Node's own function that runs every microtask, and every tick, before it returns; it calls the function between two
 * of its callbacks.
 *
 * It stands on `process` under the name `_tickCallback`, which Node does not document (decision 019,
 * docs/node-internals.md). `undefined` where it is missing or has another name: then it is a wrapper, or the one that
 * warns under `--pending-deprecation`.
 */
const runNextTicks: (() => void) | undefined = find();

function find(): (() => void) | undefined {
  const { _tickCallback: found } = (globalThis.process ?? {}) as { _tickCallback?: unknown };
  return typeof found === 'function' && found.name === 'runNextTicks' ? (found as () => void) : undefined;
}

/**
 * Makes a host's `settle`, or `undefined` where Node has no such function, or `setNodeInternals(false)` forbids its
 * use: the loop then waits for microtasks by documented ways.
 */
export function makeSettle(): ((isKnownToWork: boolean) => boolean) | undefined {
  return runNextTicks !== undefined && nodeInternals() ? settle : undefined;
}

function settle(isKnownToWork: boolean): boolean {
  if (isKnownToWork) {
    drain();
    return true;
  }
  // Within a microtask nothing is run: to look once in each turn is enough.
  let hasRun = false;
  void resolved.then(() => {
    hasRun = true;
  });
  drain();
  return hasRun;
}

function drain(): void {
  try {
    (runNextTicks as () => void)();
  } catch (error) {
    // A tick has thrown. Thrown on, the error would pass through our callers with Node's stack of asynchronous contexts
    // out of step, which aborts the process. Thrown from a microtask it is an uncaughtException, and Node resets that
    // stack.
    queueMicrotask(() => {
      throw error;
    });
    drain();
  }
}
