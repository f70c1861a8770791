import { Future } from '../futures/future.js';
import { kDependsOn, kEndsAt } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';

/** A future that ends when the futures end on which it depends. @internal */
export class DependingFuture<T> extends Future<T> {
  /** When it ends at the latest, on the loop's clock; for call graphs. */
  [kEndsAt]: number | null = null;
  readonly #others: Iterable<Future<unknown>>;

  constructor(loop: FutureLoop, others: Iterable<Future<unknown>>) {
    super({ loop }, true);
    this.#others = others;
  }

  override [kDependsOn](): Iterable<Future<unknown>> {
    return this.#others;
  }
}
