import type { AbstractTask, Handle } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import type { LiveHandle } from '../debugging/open-handles.js';

/**
 * Observes what a loop does: any of these methods, each called when its event happens. Times are **seconds**.
 *
 * A step of a task lasts from the callback that starts or resumes it until the microtasks that it caused have run. A
 * continuation behind a foreign promise is no step, unless the promise went through `wrapFuture()`.
 */
export interface Instrument {
  /** A task was made. */
  taskSpawned?(task: AbstractTask): void;
  /** A task has a turn in the ready queue: at its start, at each wake-up, and when it is cancelled. */
  taskScheduled?(task: AbstractTask): void;
  /** A task is about to start or to go on. */
  beforeTaskStep?(task: AbstractTask): void;
  /** A task has run up to its next wait, or to its end. */
  afterTaskStep?(task: AbstractTask): void;
  /** A task is done; it is called before the last {@link afterTaskStep}. */
  taskDone?(task: AbstractTask): void;
  /** A callback is about to run. */
  beforeCallback?(handle: Handle): void;
  /** A callback has run, and the microtasks that it caused. */
  afterCallback?(handle: Handle): void;
  /**
   * A callback, or the turn of a task, has returned; what it has resumed runs on in microtasks, up to
   * {@link afterCallback} or {@link afterTaskStep}.
   */
  beforeMicrotasks?(): void;
  /** A callback, or the step of a task, took `loop.slowCallbackDuration` or longer; in debug mode or not. */
  callbackSlow?(handle: Handle | AbstractTask, seconds: number): void;
  /**
   * The loop has nothing to run for this long (`null`: until an event comes), or lets the platform have its turn (`0`).
   */
  beforePoll?(timeoutSeconds: number | null): void;
  /** The loop goes on. */
  afterPoll?(): void;
  /** Something was opened: a listener, a transport, a pipe, a process. */
  handleOpened?(resource: LiveHandle): void;
  /** It was closed: the same object. */
  handleClosed?(resource: LiveHandle): void;
}

/** The name of an event that an {@link Instrument} can see. @internal */
export type Hook = keyof Instrument;

const names: Record<Hook, true> = {
  taskSpawned: true,
  taskScheduled: true,
  beforeTaskStep: true,
  afterTaskStep: true,
  taskDone: true,
  beforeCallback: true,
  afterCallback: true,
  beforeMicrotasks: true,
  callbackSlow: true,
  beforePoll: true,
  afterPoll: true,
  handleOpened: true,
  handleClosed: true,
};

/** Every hook. @internal */
export const HOOKS = Object.keys(names) as readonly Hook[];

/**
 * Checks what `loop.addInstrument()` is given. A plain object may have data beside its hooks, but no other functions:
 * one of those is a misspelt hook. An object of a class may have methods of its own.
 *
 * @internal
 */
export function checkInstrument(value: unknown): Instrument {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    throw new TypeError(`instrument must be an object with hooks, not ${describeValue(value)}`);
  const instrument = value as Record<string, unknown>;
  let count = 0;
  for (const hook of HOOKS) {
    if (instrument[hook] === undefined) continue;
    count++;
    if (typeof instrument[hook] !== 'function')
      throw new TypeError(
        `${hook} of an instrument must be a function, not ${describeValue(instrument[hook])}`,
      );
  }
  const proto: unknown = Object.getPrototypeOf(value);
  const isPlain = proto === null || Object.getPrototypeOf(proto) === null;
  for (const name of Object.keys(instrument)) {
    if (typeof instrument[name] === 'function' && !Object.hasOwn(names, name)) throw unknownHook(name);
  }
  if (count === 0 && !isPlain) throw unknownHook(describeValue(value));
  return instrument;
}

function unknownHook(name: string): TypeError {
  return new TypeError(`unknown hook of an instrument: ${name}; there are ${HOOKS.join(', ')}`);
}
