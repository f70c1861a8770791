import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Carrier } from '../carriers/carrier.js';
import type { ContextFramePlatform } from '../carriers/context-frame.js';

/*
 * What a function does to others' storages with `enterWith` lasts beyond a call of `als.run` around it, and so it has to beyond
 * `Context.run`. But a scope that restores an asynchronous context frame puts back the one before as a whole.
 */

/** The resource that was made where a context was entered; `callInside` leaves its findings in it. */
export interface Here extends Carrier {
  changes?: { readonly before: object | undefined; readonly after: object };
}

/** Calls a function, and notes when the asynchronous context frame is another one at its end. */
export function callInside<T, A extends unknown[], R>(
  this: ContextFramePlatform,
  here: Here,
  before: object | undefined,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
): R {
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    const after = this.identity(this.capture());
    if (after !== before && after !== undefined) here.changes = { before, after };
  }
}

/**
 * Sets the storages that have another value at the end of a function than they had at its beginning; often there are none, because
 * a `run` inside leaves another frame with the same values. A frame is a `Map` from storages to values, if not an instance of it.
 */
export function adoptChanges({ changes }: Here): void {
  if (changes === undefined) return;
  const { before, after } = changes;
  const { forEach, get, has } = Map.prototype;
  forEach.call(after, (value, storage: AsyncLocalStorage<unknown>) => {
    const known = before !== undefined && has.call(before, storage);
    if (known && Object.is(get.call(before, storage), value)) return;
    // A `run` that is over leaves `undefined` where there was nothing.
    if (known || value !== undefined) storage.enterWith(value);
  });
}
