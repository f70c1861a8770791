import { NotImplementedError } from '@bight/loop-abstract';
import { type Future, getRunningLoop } from '@bight/loop-core';
import { HandOver, refusedCall } from '@bight/loop-core/low-level';
import { kReplaceSignalHandler } from './internals.js';
import { catchableSignal, type Signal } from './signal-number.js';

interface ReplacingLoop {
  [kReplaceSignalHandler](signal: Signal, callback: () => void): () => void;
}

type Next = IteratorResult<NodeJS.Signals, undefined>;

/**
 * Signals as they come, made by {@link openSignalReceiver}: `for await (const name of signals)`. Closing it, at the end
 * of a block of `using`, gives the signals back to the handlers that were there before.
 */
export class SignalReceiver implements Disposable {
  readonly #loop: ReturnType<typeof getRunningLoop>;
  readonly #undo: (() => void)[] = [];
  /** Signals that have come while nothing waited; each once. */
  readonly #arrived = new Set<NodeJS.Signals>();
  readonly #waiting = new Set<HandOver<Next>>();
  #isClosed = false;

  /** @internal Made by {@link openSignalReceiver}. */
  constructor(signals: readonly Signal[]) {
    const loop = getRunningLoop();
    if (!(kReplaceSignalHandler in loop)) {
      throw new NotImplementedError(
        'this loop has no signal handlers: use a class of loops made by withSignals()',
      );
    }
    this.#loop = loop;
    try {
      for (const signal of signals) {
        this.#undo.push(
          (loop as unknown as ReplacingLoop)[kReplaceSignalHandler](signal, () => this.#come(signal.name)),
        );
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The next signal that comes, or that has come since the last one was taken. */
  next(): Future<Next> {
    const refused = refusedCall<Next>(this.#loop);
    if (refused !== null) return refused;
    const wait = new HandOver<Next>(this.#loop, () => this.#waiting.delete(wait));
    const [name] = this.#arrived;
    if (name !== undefined) {
      this.#arrived.delete(name);
      wait.hand({ done: false, value: name });
    } else if (this.#isClosed) {
      wait.hand({ done: true, value: undefined });
    } else {
      this.#waiting.add(wait);
    }
    return wait;
  }

  /** Ends an iteration; the receiver stays open. */
  async return(): Promise<Next> {
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): AsyncIterator<NodeJS.Signals, undefined> {
    return this as unknown as AsyncIterator<NodeJS.Signals, undefined>;
  }

  /** Gives the signals back, and ends the waits for one. A second call does nothing. */
  close(): void {
    this.#isClosed = true;
    this.#arrived.clear();
    for (const undo of this.#undo.splice(0).reverse()) undo();
    for (const wait of this.#waiting) {
      this.#waiting.delete(wait);
      wait.hand({ done: true, value: undefined });
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #come(name: NodeJS.Signals): void {
    for (const wait of this.#waiting) {
      this.#waiting.delete(wait);
      wait.hand({ done: false, value: name });
      return;
    }
    if (!this.#isClosed) this.#arrived.add(name);
  }
}

/**
 * Receives signals: `using signals = openSignalReceiver('SIGTERM', 'SIGHUP'); for await (const name of signals) …`.
 *
 * While it is open, the handlers that the loop has for these signals are replaced; listeners of `process.on()` stay. A
 * signal that comes again before it was taken is one.
 *
 * @param signals - names or numbers
 * @throws {TypeError} without a signal
 * @throws {ValueError} for one that cannot be caught
 * @throws {RuntimeError} outside of a running loop, and in a worker thread
 * @python anyio.open_signal_receiver()
 */
export function openSignalReceiver(...signals: (NodeJS.Signals | number)[]): SignalReceiver {
  if (signals.length === 0) throw new TypeError('openSignalReceiver() needs at least one signal');
  return new SignalReceiver([...new Set(signals.map(catchableSignal))]);
}
