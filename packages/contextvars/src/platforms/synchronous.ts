import type { RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';

/** A plain variable: right during synchronous code, and not carried over `await`, timers or events. */
export class SynchronousStorage implements RunContextStorage {
  #run: RunContext | undefined;

  getStore(): RunContext | undefined {
    return this.#run;
  }

  enter(run: RunContext | undefined): void {
    this.#run = run;
  }

  run<A extends unknown[], R>(run: RunContext | undefined, fn: (...args: A) => R, ...args: A): R {
    const previous = this.#run;
    this.#run = run;
    try {
      return fn(...args);
    } finally {
      this.#run = previous;
    }
  }
}
