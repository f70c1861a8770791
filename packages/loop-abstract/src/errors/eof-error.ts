import { defineError } from './define-error.js';

/**
 * The data ended before a read was complete.
 *
 * `code` is `'ERR_EOF'`.
 *
 * @python EOFError
 */
export class EOFError extends Error {
  static {
    defineError(EOFError, 'EOFError');
  }

  /** `'ERR_EOF'`, or the code of the subclass. */
  readonly code: string = 'ERR_EOF';
}
