import type { AsyncLocalStorage } from 'node:async_hooks';
import { type Others, own } from '../frames/frame.js';

/**
 * Sets the storages that have another value at the end of a function than they had at its beginning; often there are none, because
 * a `run` inside leaves another map with the same values.
 *
 * What a function does to others' storages with `enterWith` lasts beyond a call of `als.run` around it, and so it has to beyond
 * `Context.run`. But a scope that restores an asynchronous context puts back the one before as a whole.
 */
export function adoptChanges(before: Others, after: Others): void {
  after.forEach((value, key) => {
    if (key === own.storage) return;
    const known = before.has(key);
    if (known && Object.is(before.get(key), value)) return;
    // A `run` that is over leaves `undefined` where there was nothing.
    if (known || value !== undefined) (key as AsyncLocalStorage<unknown>).enterWith(value);
  });
}
