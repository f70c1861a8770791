import { RunContext } from './run-context.js';

/** The part of AsyncLocalStorage's interface that every storage of a `RunContext` has. */
export interface RunContextStorage {
  getStore(): RunContext | undefined;
  run<A extends unknown[], R>(run: RunContext, fn: (...args: A) => R, ...args: A): R;
  enterWith?(run: RunContext | undefined): void;
}

/**
 * How a JavaScript engine carries values along asynchronous calls, reduced to what contexts need. What loops need
 * besides is {@link Carriers}: a program without a loop does not load it.
 */
export interface Platform {
  /** Holds the current `RunContext`. */
  readonly storage: RunContextStorage;
  /** Whether values follow `await`, timers and events. */
  readonly isAsynchronous: boolean;
  /** Makes a `RunContext` in the form that this platform enters fastest. */
  readonly create: <C extends object>(context: C, loop: object | null, task: object | null) => RunContext<C>;
  /** Reads the current `RunContext`; `undefined` where none was entered. */
  readonly current: () => RunContext | undefined;
  /**
   * What the engine offers, to make carriers of: an `Engine`. Its type needs Node's types, which browsers lack, and the
   * declarations of the entry points reach this file.
   */
  readonly engine: object;
}

/** The type of our resources in async_hooks. */
export const resourceType = 'BIGHT_CONTEXT';

/** Makes a plain `RunContext`, for platforms that need no more. */
export function createPlain<C extends object>(
  context: C,
  loop: object | null,
  task: object | null,
): RunContext<C> {
  return new RunContext(context, loop, task);
}

/** A platform whose storage's own methods are all there is, on any engine. */
export class PlainPlatform implements Platform {
  readonly storage: RunContextStorage;
  readonly isAsynchronous: boolean;
  readonly create = createPlain;
  readonly current: () => RunContext | undefined;
  readonly engine: object;

  constructor(storage: RunContextStorage, engine: object, isAsynchronous: boolean) {
    this.storage = storage;
    this.isAsynchronous = isAsynchronous;
    this.current = () => storage.getStore();
    this.engine = engine;
  }
}
