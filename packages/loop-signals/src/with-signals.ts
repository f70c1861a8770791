import { isMainThread } from 'node:worker_threads';
import {
  type Constructor,
  type ErrorHandlingLoop,
  RuntimeError,
  type SchedulingLoop,
  type SignalLoop,
  type TaskLoop,
} from '@bight/loop-abstract';
import { checkArgs, checkCallback, describeValue } from '@bight/loop-abstract/validate';
import { isCoroutineFunction } from '@bight/loop-core';
import { kReplaceSignalHandler } from './internals.js';
import { SignalHandlers } from './signal-handlers.js';
import { catchableSignal, type Signal } from './signal-number.js';

/** What a loop must have so that signals can be added to it. */
export type SignalHostLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop;

/**
 * Adds `addSignalHandler()` and `removeSignalHandler()` to a class of loops.
 *
 * A handler runs as a callback of its loop, in the order in which the signals came, in a copy of the context in which
 * it was added. Several loops may handle the same signal, each with its own handler. Closing the loop removes its
 * handlers. Signals reach the main thread only.
 *
 * In asyncio only the loop that registered last gets the signals.
 *
 * @param Base - the class to add them to
 * @returns a subclass of it
 * @python loop.add_signal_handler()
 * @python loop.remove_signal_handler()
 */
export function withSignals<B extends Constructor<SignalHostLoop>>(Base: B): B & Constructor<SignalLoop> {
  class SignalledLoop extends Base implements SignalLoop {
    readonly #handlers = new SignalHandlers(this);

    addSignalHandler<A extends unknown[]>(
      signal: NodeJS.Signals | number,
      callback: (...args: A) => unknown,
      args?: readonly [...A] | null,
    ): void {
      checkCallback(callback);
      if (isCoroutineFunction(callback)) {
        throw new TypeError(
          `callback must be a plain function that calls createTask(), not the coroutine function ${describeValue(callback)}`,
        );
      }
      const given = checkArgs(args);
      const found = catchableSignal(signal);
      this.#checkClosed();
      if (!isMainThread) {
        throw new RuntimeError('signal handlers work in the main thread only: signals do not reach workers');
      }
      this.#handlers.add(found, callback as (...args: never[]) => unknown, given);
    }

    removeSignalHandler(signal: NodeJS.Signals | number): boolean {
      const found = catchableSignal(signal);
      this.#checkClosed();
      return this.#handlers.remove(found);
    }

    /** For `openSignalReceiver()`. @internal */
    [kReplaceSignalHandler](signal: Signal, callback: (...args: never[]) => unknown): () => void {
      this.#checkClosed();
      if (!isMainThread) {
        throw new RuntimeError('signal handlers work in the main thread only: signals do not reach workers');
      }
      return this.#handlers.replace(signal, callback);
    }

    override close(): void {
      // A loop that runs refuses to be closed, and keeps its handlers.
      if (!this.isRunning()) this.#handlers.clear();
      super.close();
    }

    #checkClosed(): void {
      if (this.isClosed()) throw new RuntimeError('Event loop is closed');
    }
  }
  return SignalledLoop as unknown as B & Constructor<SignalLoop>;
}
