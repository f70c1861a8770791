import { kOwnTask, kSharedTask } from '../internals.js';
import { brand, brandClass } from '../shared/brand.js';

/** The brand of `RunContext` and of its subclasses, in every copy of the package. */
export const runContextBrand: symbol = brand('RunContext');

/**
 * What the asynchronous context carries: the current context and, for event loops, the loop and the task whose code
 * runs. One object for all three, because switching the asynchronous context is what costs.
 */
export class RunContext<C extends object = object> {
  /** The context that `ContextVar.get` and `set` work on. */
  readonly context: C;
  /** The event loop that runs this code, or `null` outside of loops. */
  readonly loop: object | null;
  /** @internal */
  [kOwnTask]: object | null;
  /** @internal */
  [kSharedTask]: { task: object | null } | null = null;

  constructor(context: C, loop: object | null, task: object | null) {
    this.context = context;
    this.loop = loop;
    this[kOwnTask] = task;
  }

  /**
   * The task whose code this is, or `null` in plain callbacks, outside of loops, and once {@link releaseTask} was
   * called.
   */
  get task(): object | null {
    const shared = this[kSharedTask];
    return shared === null ? this[kOwnTask] : shared.task;
  }

  /**
   * Forgets a task that has ended, in the copies of this as well. What its code leaves behind, such as a timer, still
   * carries this: it would keep the task and its result alive.
   */
  releaseTask(): void {
    this[kOwnTask] = null;
    if (this[kSharedTask] !== null) this[kSharedTask].task = null;
  }

  /** Gives a copy of this the same task, until it is released in one of them. */
  shareTask(copy: RunContext): void {
    const task = this[kOwnTask];
    if (task === null && this[kSharedTask] === null) return;
    this[kSharedTask] ??= { task };
    this[kOwnTask] = null;
    copy[kSharedTask] = this[kSharedTask];
  }

  static {
    brandClass(RunContext, runContextBrand);
  }
}
