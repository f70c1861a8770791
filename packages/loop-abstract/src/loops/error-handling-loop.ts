import type { ExceptionContext, ExceptionHandler } from '../exception-context.js';

/**
 * Says what becomes of exceptions that nobody else can handle.
 *
 * Stands for the section "Error Handling API" of the reference.
 */
export interface ErrorHandlingLoop {
  /**
   * Sets the exception handler. Stands for `loop.set_exception_handler(handler)`.
   *
   * @param handler called with the loop and an `ExceptionContext`; `null` for the default one
   * @throws {TypeError} when it is neither a function nor `null`
   */
  setExceptionHandler(handler: ExceptionHandler | null): void;

  /** The exception handler, `null` for the default one. Stands for `loop.get_exception_handler()`. */
  getExceptionHandler(): ExceptionHandler | null;

  /**
   * Prints what happened to the error output; a handler may call it for what it does not want to handle.
   * Stands for `loop.default_exception_handler(context)`.
   */
  defaultExceptionHandler(context: ExceptionContext): void;

  /**
   * Has the exception handler called; when that throws, this too is reported, and the loop goes on. Not to be
   * overridden: set a handler. Stands for `loop.call_exception_handler(context)`.
   */
  callExceptionHandler(context: ExceptionContext): void;
}
