import { brand, brandClass } from '../brand.js';
import type { Context } from '../context.js';
import { Entries } from './entries.js';

const frameBrand = brand('Frame');

/** Other storages with their values, as Node keeps them: a `Map`, if not an instance of it. */
export type Others = Map<unknown, unknown>;

/** The storage that stands for us in asynchronous contexts; set where frames are linked, see `LinkedFramePlatform`. */
export const own: { storage: object | undefined } = { storage: undefined };

/**
 * What the asynchronous context carries: the current `Context` and, for event loops, whose callback or task is running.
 * One frame for all three, because switching the asynchronous context is what costs.
 *
 * On Node 24 and later it also is the whole asynchronous context: it answers what Node asks of one, see `LinkedFramePlatform`.
 */
export class Frame {
  /** The context that `ContextVar.get` and `set` work on. */
  readonly context: Context;
  /** The event loop that runs this code, or `null` outside of loops. */
  readonly loop: object | null;
  /** The task whose code this is, or `null` in plain callbacks and outside of loops. */
  readonly task: object | null;
  /**
   * @internal What other storages hold where this frame is the asynchronous context. `null` for a frame that never was one; `false`
   * for a copy of one, an entry in a map of Node's.
   */
  others: Others | null | false = null;
  /** @internal Whether Node has copied the entries: what is not copied cannot have been replaced by a map of Node's. */
  copied = false;

  constructor(context: Context, loop: object | null, task: object | null) {
    this.context = context;
    this.loop = loop;
    this.task = task;
  }

  /** @internal For Node, instead of `Map.has`. */
  has(key: object): boolean {
    return key === own.storage || (this.others as Others).has(key);
  }

  /** @internal For Node, instead of `Map.get`. */
  get(key: object): unknown {
    return key === own.storage ? this : (this.others as Others).get(key);
  }

  /** @internal For Node, when a storage is disabled. What others captured of the same values stays as it is. */
  disable(key: object): void {
    const others = new Map(this.others as Others);
    others.delete(key);
    this.others = others;
  }

  /**
   * @internal For Node, which copies the entries when a storage gets a value. The copy is no longer this frame, so what stands in it
   * for us must not lead to others' values: else each such copy would hold on to the one before.
   */
  [Symbol.iterator](): Iterator<[unknown, unknown]> {
    // Only where it is the asynchronous context; the copy has nothing to tell.
    if (!this.others) return new Entries(undefined, undefined);
    this.copied = true;
    const copy = new Frame(this.context, this.loop, this.task);
    copy.others = false;
    return new Entries(this.others, [own.storage, copy]);
  }

  static {
    brandClass(Frame, frameBrand);
  }
}
