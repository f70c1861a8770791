// The page's own timers, as promises.
export const setTimeout = (ms, value) => new Promise((resolve) => globalThis.setTimeout(resolve, ms, value));
export const setImmediate = (value) => new Promise((resolve) => globalThis.setImmediate(resolve, value));

export default { setTimeout, setImmediate };
