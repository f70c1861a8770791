import { defineError } from './define-error.js';

/**
 * The user pressed Ctrl-C: what `run()` ends with when the interrupt (SIGINT) cancelled its main coroutine, or when a
 * second one came. A program that does not catch it ends with the exit status 130, as the shell has it.
 *
 * Stands for Python's `KeyboardInterrupt`. There it derives from `BaseException`; here it is an `Error`. `code` is
 * `'SIGINT'`.
 */
export class KeyboardInterrupt extends Error {
  static {
    defineError(KeyboardInterrupt, 'KeyboardInterrupt');
  }

  /** Always `'SIGINT'`. */
  readonly code: string = 'SIGINT';
}
