import { defineError } from './define-error.js';

/**
 * A signal was to be sent to a process that has ended already. No system call is made: the process id may belong to
 * another process by now.
 *
 * `code` is `'ESRCH'`, as for the errors of `process.kill()`.
 *
 * @python ProcessLookupError
 */
export class ProcessLookupError extends Error {
  static {
    defineError(ProcessLookupError, 'ProcessLookupError');
  }

  /** Always `'ESRCH'`. */
  readonly code: string = 'ESRCH';
}
