import { kOwnTask, kSharedTask } from '../internals.js';
import { brand, brandClass } from '../shared/brand.js';

/** The brand of `RunContext` and of its subclasses, in every copy of the package. */
export const runContextBrand: symbol = brand('RunContext');

/** What holds the task of a `RunContext`, for copies of it, or because the task is made on demand. */
export interface TaskHolder {
  /** The task; `null` for none, and once it was released. */
  heldTask: object | null;
  /** Whether the task is made when it is read. */
  readonly makesTask?: boolean;
}

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
  [kSharedTask]: TaskHolder | null = null;

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
    return shared === null ? this[kOwnTask] : shared.heldTask;
  }

  /**
   * Forgets a task that has ended, in the copies of this as well. What its code leaves behind, such as a timer, still
   * carries this: it would keep the task and its result alive.
   */
  releaseTask(): void {
    const shared = this[kSharedTask];
    this[kOwnTask] = null;
    this[kSharedTask] = null;
    if (shared !== null) shared.heldTask = null;
  }

  /** Takes over the task that its holder has made. What holds it is kept alive no longer. */
  keepTask(): void {
    const shared = this[kSharedTask];
    if (shared === null || shared.makesTask !== true) return;
    this[kOwnTask] = shared.heldTask;
    this[kSharedTask] = null;
  }

  /** Gives a copy of this the same task, until it is released in one of them. */
  shareTask(copy: RunContext): void {
    this.keepTask();
    const task = this[kOwnTask];
    if (task === null && this[kSharedTask] === null) return;
    this[kSharedTask] ??= { heldTask: task };
    this[kOwnTask] = null;
    copy[kSharedTask] = this[kSharedTask];
  }

  static {
    brandClass(RunContext, runContextBrand);
  }
}
