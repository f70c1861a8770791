import { brand, brandClass } from '../shared/brand.js';

/** The brand of `RunContext` and of its subclasses, in every copy of the package. */
export const runContextBrand: symbol = brand('RunContext');

/**
 * What the asynchronous context carries: the current context and, for event loops, the loop and the task whose code runs.
 * One object for all three, because switching the asynchronous context is what costs.
 */
export class RunContext<C extends object = object> {
  /** The context that `ContextVar.get` and `set` work on. */
  readonly context: C;
  /** The event loop that runs this code, or `null` outside of loops. */
  readonly loop: object | null;
  /** The task whose code this is, or `null` in plain callbacks and outside of loops. */
  readonly task: object | null;

  constructor(context: C, loop: object | null, task: object | null) {
    this.context = context;
    this.loop = loop;
    this.task = task;
  }

  static {
    brandClass(RunContext, runContextBrand);
  }
}
