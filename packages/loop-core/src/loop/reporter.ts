import type { ExceptionContext, ExceptionHandler } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { checkCallback, describeValue } from '@bight/loop-abstract/validate';
import { formatExceptionContext } from '../debugging/format-exception-context.js';
import { reportUnretrieved, type Unretrieved } from '../futures/unretrieved.js';
import {
  kCheckCallback,
  kCheckScheduling,
  kDispatcher,
  kEscaped,
  kLogDestroyPending,
  kReportLeftovers,
  kRun,
  kRunChecked,
  kSourceTraceback,
  kUnretrieved,
} from '../internals.js';
import { runningLoop } from '../policy/running-loop.js';
import type { Runnable } from '../scheduling/runnable.js';
import { isCoroutineFunction } from '../tasks/coroutine-kinds.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';
import { InspectableLoop } from './inspector.js';

/** What a loop does about mistakes: errors that nobody else can hear of, and the checks of debug mode. */
export abstract class ReportingLoop extends InspectableLoop {
  /** When debug mode is on, callbacks that take longer are reported; in seconds. Reference: `loop.slow_callback_duration`. */
  override slowCallbackDuration = 0.1;

  /** @internal */
  readonly [kUnretrieved] = new Set<Unretrieved>();

  #exceptionHandler: ExceptionHandler | null = null;

  /**
   * Sets who hears of errors that nobody else can: a function of the loop and the error's context, or `null` for the
   * default handler.
   *
   * @throws TypeError unless it is a function or null. Reference: `loop.set_exception_handler()`.
   */
  override setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null && handler !== undefined) checkCallback(handler, 'handler');
    this.#exceptionHandler = handler ?? null;
  }

  /** The exception handler, or `null` for the default one. Reference: `loop.get_exception_handler()`. */
  override getExceptionHandler(): ExceptionHandler | null {
    return this.#exceptionHandler;
  }

  /** Writes the error to standard error. Reference: `loop.default_exception_handler()`. */
  override defaultExceptionHandler(context: ExceptionContext): void {
    console.error(formatExceptionContext(context));
  }

  /**
   * Hands an error to the exception handler. A handler that throws is itself reported; nothing escapes from here.
   *
   * @param context a plain object: `message`, and what applies of `exception future task handle protocol transport
   *   socket asyncgen`. Reference: `loop.call_exception_handler()`.
   */
  override callExceptionHandler(context: ExceptionContext): void {
    const handler = this.#exceptionHandler;
    if (handler !== null) {
      try {
        handler(this, context);
        return;
      } catch (error) {
        context = { message: 'Unhandled error in exception handler', exception: error as Error, context };
      }
    }
    try {
      this.defaultExceptionHandler(context);
    } catch (error) {
      console.error('Exception in default exception handler', error);
    }
  }

  // Debug mode

  /** Whether debug mode is on; by default if the environment variable `BIGHT_DEBUG` is not empty. Reference: `loop.get_debug()`. */
  override getDebug(): boolean {
    return this[kDispatcher].debug;
  }

  /** Turns debug mode on or off. Reference: `loop.set_debug()`. */
  override setDebug(enabled: boolean): void {
    this[kDispatcher].debug = Boolean(enabled);
  }

  // For the other files of this package

  /** @internal */
  [kRunChecked](runnable: Runnable): void {
    const began = this.time();
    const what = String(runnable);
    runnable[kRun]();
    const seconds = this.time() - began;
    if (seconds >= this.slowCallbackDuration) {
      console.warn(`Executing ${what} took ${seconds.toFixed(3)} seconds`);
    }
  }

  /** @internal */
  [kEscaped](error: unknown): void {
    this.callExceptionHandler({ message: 'Exception in the event loop', exception: error as Error });
  }

  /** @internal What debug mode asks of a callback that is scheduled. */
  [kCheckScheduling](callback: unknown, method: string): void {
    this[kCheckCallback](callback, method);
    const running = runningLoop();
    if (running !== null && running !== this) {
      throw new RuntimeError(
        `${method} was called inside another running loop: use callSoonThreadsafe to schedule across loops`,
      );
    }
  }

  /** @internal What debug mode asks of any callback. */
  [kCheckCallback](callback: unknown, method: string): void {
    if (isCoroutineFunction(callback)) {
      throw new TypeError(`coroutine functions cannot be used with ${method}(): ${describeValue(callback)}`);
    }
  }

  /** @internal What nobody can hear of any more once the loop is closed. */
  [kReportLeftovers](): void {
    for (const task of taskListOf<Task>(this).toArray()) {
      if (!task[kLogDestroyPending]) continue;
      const report: ExceptionContext = { message: 'Task was destroyed but it is pending!', task };
      if (task[kSourceTraceback] !== undefined) report.sourceTraceback = task[kSourceTraceback];
      this.callExceptionHandler(report);
    }
    for (const record of [...this[kUnretrieved]]) reportUnretrieved(record);
  }
}
