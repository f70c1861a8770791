import {
  type AbstractEventLoop,
  type AbstractTask,
  CancelledError,
  KeyboardInterrupt,
  SignalInterrupt,
} from '@bight/loop-abstract';
import { isMainThread } from '../policy/policy.js';

/** As much of `process` as this needs; other platforms have nothing of the kind. */
interface SignalSource {
  on(event: string, listener: (...args: never[]) => void): unknown;
  once(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  listenerCount(event: string): number;
  exitCode?: number | string | null | undefined;
}

const host = globalThis.process as unknown as SignalSource | undefined;

/**
 * What Ctrl-C does while a coroutine runs: the first one cancels its task, the second one stops the loop.
 *
 * That is only so in the main thread, and without other listeners for SIGINT: a program may handle it itself.
 *
 * @python asyncio.Runner
 * @internal
 */
export class Interrupts {
  readonly #loop: AbstractEventLoop;
  readonly #task: AbstractTask<unknown>;
  #count = 0;
  #isStopped = false;

  constructor(loop: AbstractEventLoop, task: AbstractTask<unknown>) {
    this.#loop = loop;
    this.#task = task;
    if (isMainThread() && host?.listenerCount?.('SIGINT') === 0) host.on('SIGINT', this.#interrupt);
  }

  /** Whether a second Ctrl-C has stopped the loop. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The error that the run ends with, given how the task did: its own, or a KeyboardInterrupt. */
  errorFor(error: unknown): unknown {
    if (this.#isStopped) return interruption(undefined);
    const isCancel = this.#count > 0 && error instanceof CancelledError;
    // Other code may have requested the cancel, too; then it is not ours.
    return isCancel && this.#task.uncancel?.() === 0 ? interruption(error) : error;
  }

  /** Gives Ctrl-C back what it did before. */
  end(): void {
    host?.off?.('SIGINT', this.#interrupt);
  }

  readonly #interrupt = (): void => {
    if ((host?.listenerCount('SIGINT') ?? 0) > 1) return;
    this.#count++;
    if (this.#count === 1 && !this.#task.done()) {
      this.#task.cancel();
      return;
    }
    this.#isStopped = true;
    this.end();
    this.#loop.stop();
  };
}

function interruption(cause: unknown): Error {
  return interruptionBy('SIGINT', cause);
}

/** The error that a program ends with which a signal has cancelled. @internal */
export function interruptionBy(signal: string, cause: unknown): SignalInterrupt {
  watchForTheEnd();
  const options = cause === undefined ? undefined : { cause };
  return signal === 'SIGINT' ? new KeyboardInterrupt('', options) : new SignalInterrupt(signal, '', options);
}

let isWatching = false;

/** If the program does not catch the error and so ends, its exit status says why. */
function watchForTheEnd(): void {
  if (isWatching) return;
  isWatching = true;
  host?.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (!(error instanceof SignalInterrupt) || (host?.listenerCount('uncaughtException') ?? 0) > 0) return;
    host.once('exit', () => {
      host.exitCode = statusOf(error.signal);
    });
  });
}

/** What a shell reports for a program that a signal ended. @internal */
export function statusOf(signal: string): number {
  const os = globalThis.process?.getBuiltinModule?.('node:os');
  return 128 + ((os?.constants.signals as Record<string, number> | undefined)?.[signal] ?? 2);
}
