import { queueMicrotask } from '../platform.js';

/**
 * Runs every microtask that is queued, and every one that those queue, before it returns, as Node does between two callbacks of its
 * own. Within a microtask it does nothing. Callbacks of `process.nextTick` that somebody has queued meanwhile are run with them;
 * what those throw goes to the process's handlers, as always.
 *
 * `undefined` where there is no such thing: Node has it for its own timers, under a name that is not documented (decision 019).
 *
 * @internal
 */
export const drainMicrotasks: (() => void) | undefined = madeOf(nodesOwn());

function nodesOwn(): (() => void) | undefined {
  const { _tickCallback: found } = (globalThis.process ?? {}) as { _tickCallback?: unknown };
  // Under another name it is somebody's wrapper, or the one that warns under --pending-deprecation.
  return typeof found === 'function' && found.name === 'runNextTicks' ? (found as () => void) : undefined;
}

function madeOf(run: (() => void) | undefined): (() => void) | undefined {
  if (run === undefined) return undefined;
  const drain = (): void => {
    try {
      run();
    } catch (error) {
      // A tick's. Thrown on, it would pass through our callers with Node's stack of asynchronous contexts out of step, which aborts
      // the process. Out of a microtask Node takes it at once, and sets the stack right.
      queueMicrotask(() => {
        throw error;
      });
      drain();
    }
  };
  return drain;
}
