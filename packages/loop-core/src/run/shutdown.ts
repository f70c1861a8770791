import { type AbstractTask, CancelledError, ValueError } from '@bight/loop-abstract';
import { checkSeconds, typeError } from '@bight/loop-abstract/validate';
import { clearTimeout, setTimeout } from '../hosts/platform.js';
import { isMainThread } from '../policy/policy.js';
import { interruptionBy, statusOf } from './interrupts.js';

/** As much of `process` as this needs. */
interface SignalProcess {
  readonly pid: number;
  on(signal: string, listener: (signal: string) => void): unknown;
  off(signal: string, listener: (signal: string) => void): unknown;
  removeAllListeners(signal: string): unknown;
  kill(pid: number, signal: string): unknown;
  exit(status: number): never;
}

const host = globalThis.process as unknown as SignalProcess | undefined;

/**
 * What the signals do that `run()` was given: the first one cancels the main task, a second one, or the end of the
 * grace period, ends the process by that signal's default.
 *
 * @internal
 */
export class Shutdown {
  /** The loop is not stopped: a second signal ends the process. */
  readonly isStopped = false;
  readonly #signals: readonly string[];
  readonly #graceSeconds: number;
  #task: AbstractTask<unknown> | null = null;
  #first: string | null = null;
  #isListening = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signals: readonly string[], graceSeconds: number) {
    this.#signals = signals;
    this.#graceSeconds = graceSeconds;
  }

  /** A main task begins. */
  begin(task: AbstractTask<unknown>): this {
    this.#task = task;
    // A program that begins another one has caught the interrupt that ended the last.
    this.#first = null;
    clearTimeout(this.#timer);
    if (this.#isListening || !isMainThread()) return this;
    this.#isListening = true;
    for (const signal of this.#signals) host?.on(signal, this.#come);
    return this;
  }

  /** The error that the run ends with, given how the task did. */
  errorFor(error: unknown): unknown {
    const isOurs = this.#first !== null && error instanceof CancelledError && this.#task?.uncancel?.() === 0;
    return isOurs ? interruptionBy(this.#first as string, error) : error;
  }

  /** The main task is over; the signals still end the clean-up. */
  end(): void {}

  /** Gives the signals back what they did before. */
  close(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) host?.off(signal, this.#come);
    this.#isListening = false;
  }

  readonly #come = (signal: string): void => {
    if (this.#first !== null) {
      endProcess(signal);
      return;
    }
    this.#first = signal;
    // The host has no longer timers: this is for ever.
    if (this.#graceSeconds < 2_000_000) {
      this.#timer = setTimeout(endProcess, this.#graceSeconds * 1000, signal);
      (this.#timer as { unref?(): void }).unref?.();
    }
    this.#task?.cancel();
  };
}

/** Ends the process as if the signal had never been listened for. */
function endProcess(signal: string): void {
  if (host === undefined) return;
  // The kernel keeps signals without a handler from the first process of a container.
  if (host.pid === 1) host.exit(statusOf(signal));
  host.removeAllListeners(signal);
  host.kill(host.pid, signal);
}

/**
 * @returns `null` where neither signals nor a grace period are named
 * @throws {TypeError} for values of the wrong type
 * @throws {ValueError} for a signal that is unknown or cannot be caught, and a negative grace period
 * @internal
 */
export function shutdownFor(options: {
  signals?: readonly string[] | null;
  grace?: number | null;
}): Shutdown | null {
  const { signals, grace } = options;
  if ((signals ?? null) === null && (grace ?? null) === null) return null;
  const seconds = grace ?? Number.POSITIVE_INFINITY;
  checkSeconds(seconds, 'grace');
  if (seconds < 0) throw new ValueError(`grace must not be negative: ${seconds}`);
  const names = signals ?? ['SIGINT'];
  if (!Array.isArray(names)) throw typeError('signals', 'an array of names of signals', names);
  for (const name of names) checkSignal(name);
  return new Shutdown([...new Set(names as string[])], seconds);
}

function checkSignal(name: unknown): void {
  if (typeof name !== 'string') throw typeError('signals', 'an array of names of signals', name);
  const known = globalThis.process?.getBuiltinModule?.('node:os')?.constants.signals;
  if (known !== undefined && !(name in known)) throw new ValueError(`there is no signal ${name}`);
  if (name === 'SIGKILL' || name === 'SIGSTOP') throw new ValueError(`${name} cannot be caught`);
}
