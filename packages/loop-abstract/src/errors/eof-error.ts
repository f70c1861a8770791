import { defineError } from './define-error.js';

/**
 * The data ended before what was asked for was complete.
 *
 * Stands for Python's `EOFError`, the base of `IncompleteReadError`. `code` is `'ERR_EOF'`.
 */
export class EOFError extends Error {
  static {
    defineError(EOFError, 'EOFError');
  }

  /** `'ERR_EOF'`, or the code of the subclass. */
  readonly code: string = 'ERR_EOF';
}
