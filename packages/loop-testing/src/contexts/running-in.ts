import type { Context } from '@bight/contextvars';

/** A function that a runner calls: asynchronous, a generator, or with a parameter `done`. */
type Runnable = (this: unknown, ...args: unknown[]) => unknown;

const originals = new WeakMap<Runnable, Runnable>();
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor.name as string;

/** A function of the same kind and number of parameters, which runs another one in a context. */
export function runningIn(context: Context, fn: Runnable): Runnable {
  // By the name: a test file has classes of its own.
  const isGenerator = fn.constructor.name === GeneratorFunction;
  const wrapped: Runnable = isGenerator
    ? function* (this: unknown, ...args) {
        const steps = context.run(() => fn.apply(this, args)) as Generator;
        return yield* inContext(context, steps);
      }
    : function (...args) {
        return context.run(() => fn.apply(this, args));
      };
  // A runner passes `done` to what has a parameter, and then waits for it to be called.
  Object.defineProperty(wrapped, 'length', { value: fn.length });
  originals.set(wrapped, fn);
  return wrapped;
}

/** The function that {@link runningIn} was given, or else the same. */
export function withoutContext(fn: Runnable): Runnable {
  return originals.get(fn) ?? fn;
}

function* inContext(context: Context, steps: Generator): Generator {
  let step = context.run(() => steps.next());
  while (!step.done) {
    let sent: unknown;
    let error: { readonly thrown: unknown } | null = null;
    try {
      sent = yield step.value;
    } catch (thrown) {
      error = { thrown };
    }
    const failed = error;
    step = context.run(() => (failed === null ? steps.next(sent) : steps.throw(failed.thrown)));
  }
  return step.value;
}
