import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Others } from './context-map.js';

/**
 * Sets the storages that have another value at the end of a function than at its beginning; often there are none,
 * because a `run` inside leaves another map with the same values.
 *
 * A function's `enterWith` on a foreign storage outlasts a call of `als.run` around the function, and so it has to
 * outlast `Context.run`. But a scope that restores an asynchronous context puts back the one before as a whole.
 *
 * @param own - our storage, whose value is not adopted
 */
export function adoptChanges(own: object, before: Others, after: Others): void {
  after.forEach((value, key) => {
    if (key === own) return;
    const isKnown = before.has(key);
    if (isKnown && Object.is(before.get(key), value)) return;
    // A `run` that is over leaves `undefined` where there was nothing.
    if (isKnown || value !== undefined) (key as AsyncLocalStorage<unknown>).enterWith(value);
  });
}
