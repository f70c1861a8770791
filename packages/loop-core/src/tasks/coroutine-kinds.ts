import type { Body } from './awaiter.js';

// By tag rather than by instanceof: a generator function may come from another realm.
function tag(value: unknown): unknown {
  return typeof value === 'function'
    ? (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
    : undefined;
}

/** Whether calling a function gives a generator. @internal */
export function isGeneratorFunction(value: unknown): value is () => Generator<unknown, unknown, unknown> {
  return tag(value) === 'GeneratorFunction';
}

/**
 * Whether a value is a function that calling makes a coroutine of for certain: an `async` function or a generator
 * function. A plain function that returns a promise is accepted wherever a coroutine function is, but cannot be
 * distinguished from other functions before it is called.
 *
 * @python asyncio.iscoroutinefunction()
 */
export function isCoroutineFunction(value: unknown): boolean {
  const kind = tag(value);
  return kind === 'GeneratorFunction' || kind === 'AsyncFunction';
}

/** Whether calling a function gives an async generator, which is no coroutine. @internal */
export function isAsyncGeneratorFunction(value: unknown): boolean {
  return tag(value) === 'AsyncGeneratorFunction';
}

/** Whether a value is a generator object. @internal */
export function isGenerator(value: unknown): value is Body {
  if (typeof value !== 'object' || value === null) return false;
  // Each generator function has a prototype of its own, so that every look at a generator is one that the engine has
  // not seen before.
  if ((value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Generator') return true;
  const { next, throw: raise } = value as { next?: unknown; throw?: unknown };
  return typeof next === 'function' && typeof raise === 'function' && Symbol.iterator in value;
}
