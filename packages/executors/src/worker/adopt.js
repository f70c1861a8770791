/**
 * Waits for a promise or another thenable as `await` does, and leaves every other value alone.
 *
 * @param {unknown} value what a call returned
 * @returns {Promise<unknown> | undefined} a promise of what it stands for, or `undefined` when it stands for itself
 */
export function adopt(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  if (value instanceof Promise) return value;
  const { then } = value;
  if (typeof then !== 'function') return undefined;
  // What `then` was is not asked again, and it is called in a microtask, as the language does.
  return Promise.resolve({ then: (resolve, reject) => Reflect.apply(then, value, [resolve, reject]) });
}
