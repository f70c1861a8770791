import type { Context } from '@bight/contextvars';
import type { AbstractEventLoop } from './abstract-event-loop.js';
import type { CoroutineFunction } from './coroutine.js';
import type { AbstractFuture } from './future.js';

/**
 * A coroutine that a loop runs, and the future of its result.
 *
 * `setResult()` and `setException()` throw a `RuntimeError`: only the coroutine ends it.
 *
 * @typeParam T - what the coroutine results in
 * @python asyncio.Task
 */
export interface AbstractTask<T = unknown> extends AbstractFuture<T> {
  /**
   * An `AbortSignal` that is aborted, with the `CancelledError` as its reason, when the task is asked to cancel: hand
   * it to `fetch()` and other APIs of the host so that a cancel reaches into them. Python has nothing like it.
   */
  readonly signal: AbortSignal;

  /**
   * Asks the task to cancel: a `CancelledError` is thrown into its coroutine where it waits, and what it waits for is
   * cancelled too. Where it waits for a promise of the host, the error comes at its next wait for something of the
   * loop.
   *
   * @param message - the message of the `CancelledError`
   * @returns `false` when the task is done already, else `true`
   * @python asyncio.Task.cancel()
   */
  cancel(message?: string | null): boolean;

  /**
   * How many cancellations have been requested and not been taken back with `uncancel()`.
   *
   * @python asyncio.Task.cancelling()
   */
  cancelling(): number;

  /**
   * Takes one cancellation back, after its `CancelledError` was caught and handled.
   *
   * @returns how many are left
   * @python asyncio.Task.uncancel()
   */
  uncancel(): number;

  /**
   * The task's name, `Task-1` and so on unless it was given.
   *
   * @python asyncio.Task.get_name()
   */
  getName(): string;

  /**
   * Names the task, for debugging.
   *
   * @python asyncio.Task.set_name()
   */
  setName(name: string): void;

  /**
   * The function that the task was made of. Python's returns the coroutine object.
   *
   * @python asyncio.Task.get_coro()
   */
  getCoro(): CoroutineFunction<T>;

  /**
   * The context that the coroutine runs in.
   *
   * @python asyncio.Task.get_context()
   */
  getContext(): Context;

  /**
   * Where the task is, as lines of a stack, the newest first. JavaScript does not show where a suspended async function
   * waits, so it is where the task was made, and for a failed task where its error comes from.
   *
   * @param options - `limit`: how many lines at most; all when it is not given
   * @python asyncio.Task.get_stack()
   */
  getStack(options?: { limit?: number | null } | null): string[];

  /**
   * Prints what `getStack()` returns.
   *
   * @param options - `limit`: how many lines at most; `file`: what to write to, the standard error when not given
   * @python asyncio.Task.print_stack()
   */
  printStack(
    options?: { limit?: number | null; file?: { write(text: string): unknown } | null } | null,
  ): void;
}

/** What `createTask()` takes beside the coroutine. */
export interface TaskOptions {
  /** The task's name, for debugging; `Task-1` and so on when it is not given. */
  name?: string | null | undefined;
  /** The context that the coroutine runs in; a copy of the current one when it is not given. */
  context?: Context | null | undefined;
  /**
   * Whether it starts at once, up to its first wait, rather than in a later iteration. As `eager_start` of CPython
   * 3.12.
   */
  eagerStart?: boolean | null | undefined;
}

/**
 * Makes the tasks of a loop, once given to `loop.setTaskFactory()`. It returns a future or task of its own that runs
 * `coro`.
 *
 * @python loop.set_task_factory()
 */
export type TaskFactory = <T>(
  loop: AbstractEventLoop,
  coro: CoroutineFunction<T>,
  options: TaskOptions,
) => AbstractFuture<T>;
