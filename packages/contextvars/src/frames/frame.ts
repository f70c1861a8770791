import { brand, brandClass } from '../brand.js';
import type { Context } from '../context.js';

const frameBrand = brand('Frame');

/**
 * What the asynchronous context carries: the current `Context` and, for event loops, whose callback or task is running.
 * One frame for all three, because switching the asynchronous context is what costs.
 */
export class Frame {
  /** The context that `ContextVar.get` and `set` work on. */
  readonly context: Context;
  /** The event loop that runs this code, or `null` outside of loops. */
  readonly loop: object | null;
  /** The task whose code this is, or `null` in plain callbacks and outside of loops. */
  readonly task: object | null;

  constructor(context: Context, loop: object | null, task: object | null) {
    this.context = context;
    this.loop = loop;
    this.task = task;
  }

  static {
    brandClass(Frame, frameBrand);
  }
}
