import type { AbstractEventLoop, Coroutine, CoroutineFunction } from '@bight/loop-abstract';
import { CancelledError, KeyboardInterrupt, RuntimeError } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { watch } from '../futures/watch.js';
import { kLastDelivered } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { coroutine } from '../tasks/coroutine.js';
import { currentTask } from '../tasks/current-task.js';
import type { Task, TaskOptions } from '../tasks/task.js';
import { DependingFuture } from './depending-future.js';
import { morph } from './replace-in-flight.js';
import { sleep } from './sleep.js';

const MESSAGE = 'unhandled errors in a TaskGroup';

/**
 * Tasks that end together: leaving the group waits for all of them; if one fails, the others are cancelled, and all
 * errors come out as one AggregateError. A KeyboardInterrupt among them comes out by itself.
 *
 * `await TaskGroup.run(async (group) => …)`, or `await using group = new TaskGroup()` for the rest of a block. Only the
 * first form knows of an error of the body itself: it cancels the tasks and is joined with theirs. The second form
 * cannot see such an error, and waits for the tasks before it passes.
 *
 * Reference: `asyncio.TaskGroup`.
 */
export class TaskGroup {
  readonly #loop: AbstractEventLoop;
  readonly #parent: Task;
  readonly #cancellingAtEntry: number;
  readonly #tasks = new Set<Task>();
  #errors: unknown[] = [];
  #aborting = false;
  #exiting = false;
  #parentCancelRequested = false;
  #cancelled = false;
  #allDone: Future<undefined> | null = null;

  /** @throws RuntimeError outside of a task. */
  constructor() {
    this.#loop = getRunningLoop();
    const parent = currentTask({ loop: this.#loop });
    if (parent === null) throw new RuntimeError('TaskGroup cannot determine the parent task');
    this.#parent = parent;
    this.#cancellingAtEntry = parent.cancelling();
  }

  /**
   * Runs code with a group, and then waits for the group's tasks.
   *
   * @param body an async function or a generator function; it gets the group.
   * @returns the future of what the body returns.
   * @throws AggregateError (asynchronously) of all that failed; RuntimeError outside of a task.
   */
  static run<T>(body: (group: TaskGroup) => PromiseLike<T> | Coroutine<T>): Future<T> {
    checkCallback(body, 'body');
    const group = new TaskGroup();
    return coroutine(group.#loop, () => group.#run(body));
  }

  /**
   * Adds a task to the group.
   *
   * @throws RuntimeError when the group is over, or being cancelled. Reference: `TaskGroup.create_task()`.
   */
  createTask<T>(coro: CoroutineFunction<T>, options?: Omit<TaskOptions, 'loop'> | null): Task<T> {
    if (this.#exiting && this.#tasks.size === 0) throw new RuntimeError('TaskGroup is finished');
    if (this.#aborting) throw new RuntimeError('TaskGroup is shutting down');
    const task = this.#loop.createTask(coro, options as never) as unknown as Task<T>;
    const member = task as unknown as Task;
    if (task.done()) {
      // It was started eagerly, and needed not to wait.
      this.#taskDone(member);
      return task;
    }
    watch(member, () => this.#taskDone(member));
    this.#tasks.add(member);
    return task;
  }

  /**
   * Ends the group early: cancels its tasks and the code inside it. Leaving the group throws nothing on that account;
   * `TaskGroup.run()` gives `undefined` if its body was cancelled. Nothing happens when the group is over.
   *
   * Reference: `TaskGroup.cancel()` of CPython 3.15.
   */
  cancel(): void {
    if (this.#exiting && this.#tasks.size === 0) return;
    if (!this.#aborting) this.#abort();
    // Whoever is leaving the group waits for nothing but the tasks.
    if (this.#exiting || this.#parentCancelRequested) return;
    this.#cancelled = true;
    this.#parentCancelRequested = true;
    this.#parent.cancel();
  }

  /** The end of `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#exiting = true;
    if (this.#cancelled) await this.#absorbOwnCancel();
    const leaving = this.#cancelOnItsWay();
    // Cancelled from outside: the block is being left, so the tasks have to end.
    if (leaving !== null && !this.#aborting) this.#abort();
    const outside = this.#takeBackOwnCancel() ? null : leaving;
    const later = await coroutine<CancelledError | null>(this.#loop, () => this.#join());
    const errors = this.#takeErrors();
    if (errors.length === 0) {
      if (later !== null && outside === null) throw later;
      return;
    }
    const failure = failureOf(errors);
    if (leaving === null) throw failure;
    morph(leaving, failure);
  }

  get [Symbol.toStringTag](): string {
    return 'TaskGroup';
  }

  *#run<T>(body: (group: TaskGroup) => PromiseLike<T> | Coroutine<T>): Generator<unknown, T, unknown> {
    let value: T | undefined;
    let bodyError: unknown = null;
    let failed = false;
    try {
      value = yield* coroutine<T>(this.#loop, () => body(this) as PromiseLike<T>);
    } catch (error) {
      failed = true;
      bodyError = error;
    }
    this.#exiting = true;
    if (this.#cancelled && !(bodyError instanceof CancelledError)) yield* this.#absorbOwnCancel();
    let cancelled = bodyError instanceof CancelledError ? bodyError : null;
    if (this.#takeBackOwnCancel()) cancelled = null;
    if (failed && !this.#aborting) this.#abort();
    cancelled = (yield* this.#join()) ?? cancelled;
    if (cancelled !== null && this.#errors.length === 0) throw cancelled;
    if (failed && !(bodyError instanceof CancelledError)) this.#errors.push(bodyError);
    const errors = this.#takeErrors();
    if (errors.length > 0) throw failureOf(errors);
    return value as T;
  }

  /** Waits for the tasks; returns a cancel that came meanwhile, and that made them end. */
  *#join(): Generator<unknown, CancelledError | null, unknown> {
    let cancelled: CancelledError | null = null;
    while (this.#tasks.size > 0) {
      this.#allDone = new DependingFuture<undefined>(this.#loop, this.#tasks);
      try {
        yield* this.#allDone;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        if (!this.#aborting) {
          cancelled = error;
          this.#abort();
        }
      }
      this.#allDone = null;
    }
    return cancelled;
  }

  #taskDone(task: Task): void {
    this.#tasks.delete(task);
    if (this.#tasks.size === 0 && this.#allDone !== null && !this.#allDone.done())
      this.#allDone.setResult(undefined);
    if (task.cancelled()) return;
    const error = task.exception();
    if (error === null) return;
    this.#errors.push(error);
    if (this.#parent.done()) {
      this.#loop.callExceptionHandler({
        message: `Task ${task} has errored out but its parent task ${this.#parent} is already completed`,
        exception: error as Error,
        task: task as never,
      });
      return;
    }
    if (this.#aborting || this.#parentCancelRequested) return;
    this.#abort();
    this.#parentCancelRequested = true;
    this.#parent.cancel();
  }

  #abort(): void {
    this.#aborting = true;
    for (const task of [...this.#tasks]) if (!task.done()) task.cancel();
  }

  /**
   * Meets the cancel that {@link cancel} asked for and that no wait of the body's has met; it must not come after the
   * group. One from outside is passed on.
   */
  #absorbOwnCancel(): Future<void> {
    return coroutine(this.#loop, () => this.#absorb());
  }

  *#absorb(): Generator<unknown, void, unknown> {
    try {
      yield* sleep(0);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      if (this.#parent.cancelling() > this.#cancellingAtEntry + 1) throw error;
    }
  }

  /** If we cancelled the parent ourselves, takes that back; whether no other cancel is left. */
  #takeBackOwnCancel(): boolean {
    return this.#parentCancelRequested && this.#parent.uncancel() === 0;
  }

  /** The CancelledError that leaves the block, as far as the end of `await using` can know. */
  #cancelOnItsWay(): CancelledError | null {
    return this.#parent.cancelling() > this.#cancellingAtEntry ? this.#parent[kLastDelivered] : null;
  }

  #takeErrors(): unknown[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }
}

/** What a group fails with: an interrupt comes out as it is, the first of several, and hides the other errors. */
function failureOf(errors: unknown[]): Error {
  const interrupt = errors.find((error) => error instanceof KeyboardInterrupt);
  return (interrupt as KeyboardInterrupt | undefined) ?? new AggregateError(errors, MESSAGE);
}
