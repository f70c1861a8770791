import type { ExceptionContext, ExceptionHandler } from '../exception-context.js';

/**
 * Handles exceptions that no caller can receive.
 *
 * The reference's section "Error Handling API".
 */
export interface ErrorHandlingLoop {
  /**
   * Sets the exception handler.
   *
   * @param handler - called with the loop and an `ExceptionContext`; `null` for the default one
   * @throws {TypeError} when it is neither a function nor `null`
   * @python loop.set_exception_handler()
   */
  setExceptionHandler(handler: ExceptionHandler | null): void;

  /**
   * The exception handler, `null` for the default one.
   *
   * @python loop.get_exception_handler()
   */
  getExceptionHandler(): ExceptionHandler | null;

  /**
   * Prints what happened to the error output; a handler may call it for what it does not want to handle.
   *
   * @python loop.default_exception_handler()
   */
  defaultExceptionHandler(context: ExceptionContext): void;

  /**
   * Calls the exception handler; when that throws, this too is reported, and the loop goes on. Not to be
   * overridden: set a handler.
   *
   * @python loop.call_exception_handler()
   */
  callExceptionHandler(context: ExceptionContext): void;
}
