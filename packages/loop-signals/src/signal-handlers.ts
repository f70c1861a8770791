import { type Context, copyContext } from '@bight/contextvars';
import { type Carrier, capture, runInCarrier } from '@bight/contextvars/low-level';
import type { SchedulingLoop } from '@bight/loop-abstract';
import { trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import type { Signal } from './signal-number.js';
import { listen, unlisten } from './signal-source.js';

/** One handler: what to call when the signal comes, and where. */
class SignalHandler {
  readonly #loop: SchedulingLoop;
  readonly #signal: Signal;
  readonly #callback: (...args: never[]) => unknown;
  readonly #args: readonly unknown[];
  // Both as they are at the registration; the context is this handler's own, the same at every signal.
  readonly #context: Context = copyContext();
  readonly #carrier: Carrier = capture();

  constructor(
    loop: SchedulingLoop,
    signal: Signal,
    callback: (...args: never[]) => unknown,
    args: readonly unknown[],
  ) {
    this.#loop = loop;
    this.#signal = signal;
    this.#callback = callback;
    this.#args = args;
    this.add();
  }

  /** Listens, for the first time or again. */
  add(): void {
    listen(this.#signal.name, this.#arrived);
    trackHandle(this.#loop, 'signal handler', this);
  }

  remove(): void {
    unlisten(this.#signal.name, this.#arrived);
    untrackHandle(this.#loop, this);
  }

  /** A short description, for messages. */
  toString(): string {
    return `<${this.constructor.name} ${this.#signal.name}>`;
  }

  readonly #arrived = (): void => {
    runInCarrier(this.#carrier, SignalHandler.#schedule, this, undefined);
  };

  static #schedule(this: SignalHandler): void {
    const callback = this.#callback as (...args: unknown[]) => unknown;
    this.#loop.callSoonThreadsafe(callback, this.#args, { context: this.#context });
  }
}

/** The signal handlers of one loop, at most one for each signal. */
export class SignalHandlers {
  readonly #loop: SchedulingLoop;
  readonly #handlers = new Map<number, SignalHandler>();

  constructor(loop: SchedulingLoop) {
    this.#loop = loop;
  }

  add(signal: Signal, callback: (...args: never[]) => unknown, args: readonly unknown[]): void {
    const handler = new SignalHandler(this.#loop, signal, callback, args);
    // Not before the new one listens: in between, the signal would have its default action.
    this.#handlers.get(signal.number)?.remove();
    this.#handlers.set(signal.number, handler);
  }

  /** Replaces the current handler. @returns what undoes that */
  replace(signal: Signal, callback: (...args: never[]) => unknown): () => void {
    const before = this.#handlers.get(signal.number);
    const handler = new SignalHandler(this.#loop, signal, callback, []);
    before?.remove();
    this.#handlers.set(signal.number, handler);
    return () => {
      // Replaced or removed by now: what came later stays.
      if (this.#handlers.get(signal.number) !== handler) return;
      if (before === undefined) this.#handlers.delete(signal.number);
      else {
        before.add();
        this.#handlers.set(signal.number, before);
      }
      handler.remove();
    };
  }

  remove(signal: Signal): boolean {
    this.#handlers.get(signal.number)?.remove();
    return this.#handlers.delete(signal.number);
  }

  clear(): void {
    for (const handler of this.#handlers.values()) handler.remove();
    this.#handlers.clear();
  }
}
