import { defineError } from './define-error.js';

/**
 * A signal ended the program: what `run()` ends with when one of its `signals` cancelled the main coroutine. A program
 * that does not catch it ends with the exit status that a shell reports for the signal, 128 and its number. `code` is
 * its name.
 */
export class SignalInterrupt extends Error {
  static {
    defineError(SignalInterrupt, 'SignalInterrupt');
  }

  /** The name of the signal. */
  readonly signal: string;

  /** The name of the signal. */
  readonly code: string;

  /**
   * @param signal - the name of the signal
   * @param options - `cause`, as every `Error` takes it
   */
  constructor(signal: string, message?: string, options?: ErrorOptions) {
    super(message, options);
    this.signal = signal;
    this.code = signal;
  }
}

/**
 * The user pressed Ctrl-C: what `run()` ends with when the interrupt (SIGINT) cancelled its main coroutine, or when a
 * second one came. A program that does not catch it ends with the exit status 130, as the shell has it.
 *
 * In Python it derives from `BaseException`; JavaScript has only `Error`. `code` is `'SIGINT'`.
 *
 * @python KeyboardInterrupt
 */
export class KeyboardInterrupt extends SignalInterrupt {
  static {
    defineError(KeyboardInterrupt, 'KeyboardInterrupt');
  }

  constructor(message?: string, options?: ErrorOptions) {
    super('SIGINT', message, options);
  }
}
