import type { ExceptionContext, ExceptionHandler } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { reportUnretrieved, type Unretrieved } from '../futures/unretrieved.js';
import { kLogDestroyPending, kSourceTraceback } from '../internals.js';
import { runningLoop } from '../policy/running-loop.js';
import { isCoroutineFunction } from '../tasks/coroutine-kinds.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';

/** What a reporter needs of its loop. */
export interface ReportedLoop {
  callExceptionHandler(context: ExceptionContext): void;
  defaultExceptionHandler(context: ExceptionContext): void;
}

/** What a loop does about mistakes: errors that no caller can receive, and the checks of debug mode. @internal */
export class Reporter {
  /** `null` for the loop's default one. */
  handler: ExceptionHandler | null = null;
  /** The exceptions of futures that no caller has retrieved. */
  readonly unretrieved = new Set<Unretrieved>();

  readonly #loop: ReportedLoop;

  constructor(loop: ReportedLoop) {
    this.#loop = loop;
  }

  /** Calls the exception handler. One that throws is itself reported; nothing escapes from here. */
  report(context: ExceptionContext): void {
    if (this.handler !== null) {
      try {
        this.handler(this.#loop as never, context);
        return;
      } catch (error) {
        context = { message: 'Unhandled error in exception handler', exception: error as Error, context };
      }
    }
    try {
      this.#loop.defaultExceptionHandler(context);
    } catch (error) {
      console.error('Exception in default exception handler', error);
    }
  }

  /** Reports an error that escaped from something that ran. */
  escaped(error: unknown): void {
    this.#loop.callExceptionHandler({ message: 'Exception in the event loop', exception: error as Error });
  }

  /** The checks of debug mode for a callback that is scheduled. */
  checkScheduling(callback: unknown, method: string): void {
    this.checkCallback(callback, method);
    const running = runningLoop();
    if (running !== null && running !== (this.#loop as object)) {
      throw new RuntimeError(
        `${method} was called inside another running loop: use callSoonThreadsafe to schedule across loops`,
      );
    }
  }

  /** The checks of debug mode for any callback. */
  checkCallback(callback: unknown, method: string): void {
    if (isCoroutineFunction(callback)) {
      throw new TypeError(`coroutine functions cannot be used with ${method}(): ${describeValue(callback)}`);
    }
  }

  /** Reports, when the loop was closed, the tasks that are pending and the exceptions that no caller has retrieved. */
  reportLeftovers(): void {
    for (const task of taskListOf<Task>(this.#loop).toArray()) {
      if (!task[kLogDestroyPending]) continue;
      const report: ExceptionContext = { message: 'Task was destroyed but it is pending!', task };
      if (task[kSourceTraceback] !== undefined) report.sourceTraceback = task[kSourceTraceback];
      this.#loop.callExceptionHandler(report);
    }
    for (const record of [...this.unretrieved]) reportUnretrieved(record);
  }
}
