/// <reference lib="esnext.disposable" preserve="true" />
import { currentRunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop, Coroutine as CoroutineBody, CoroutineFunction } from '@bight/loop-abstract';
import { CancelledError, RuntimeError, SignalInterrupt } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { Future } from '../futures/future.js';
import { release, watch } from '../futures/watch.js';
import {
  kArm,
  kBlock,
  kBody,
  kCancellation,
  kDeliverFromScope,
  kInnermostBlock,
  kIsCancelledFromOutside,
  kLeave,
  kPrepare,
  kUncancelIn,
} from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { turn } from '../scheduling/runnable.js';
import { CancelBlock } from '../tasks/cancel-block.js';
import { cancelBehind } from '../tasks/cancel-cause.js';
import { BodyCoroutine, Coroutine, coroutine, startCoroutine, startInside } from '../tasks/coroutine.js';
import { createTaskIn } from '../tasks/create-task-in.js';
import { awaiterIn, currentAwaiter, ownerTask } from '../tasks/current-task.js';
import { refusedCall } from '../tasks/refused-call.js';
import type { Task, TaskOptions } from '../tasks/task.js';
import { CancelScope } from './cancel-scope.js';
import { DependingFuture } from './depending-future.js';
import { replaceInFlightOrReport } from './replace-in-flight.js';

const MESSAGE = 'unhandled errors in a TaskGroup';

/**
 * Tasks that end together: leaving the group waits for all of them; if one fails, the others are cancelled, and all
 * errors come out as one AggregateError. A KeyboardInterrupt among them comes out by itself.
 *
 * `await TaskGroup.run(async (group) => …)`, or `await using group = new TaskGroup()` for the rest of a block. Only the
 * first form sees an error of the body itself: it cancels the tasks and is joined with theirs. The second form cannot
 * see such an error, and waits for the tasks before it passes.
 *
 * @python asyncio.TaskGroup
 */
export class TaskGroup {
  readonly #loop: AbstractEventLoop;
  readonly #parent: Task;
  readonly #scope = new CancelScope();
  readonly #block: CancelBlock;
  readonly #cancellingAtEntry: number;
  readonly #tasks = new Set<Task>();
  /** Children that have not called `started()`: they are not the group's yet, but it waits for them. */
  readonly #starting = new Set<Task>();
  #errors: unknown[] = [];
  #isAborting = false;
  #isExiting = false;
  #isOver = false;
  #isParentCancelRequested = false;
  #allDone: Future<undefined> | null = null;

  /** @throws {RuntimeError} outside of a task */
  constructor() {
    this.#loop = getRunningLoop();
    const parent = ownerTask(this.#loop);
    if (parent === null) throw new RuntimeError('TaskGroup cannot determine the parent task');
    this.#parent = parent;
    const awaiter = currentAwaiter(this.#loop);
    this.#cancellingAtEntry = CancelBlock.cancellingOf(awaiter);
    this.#block = this.#scope[kBlock];
    this.#block.members = this.#tasks;
    this.#scope[kPrepare](this.#loop, awaiter);
    // Until it is known how the group is used, it belongs to the code that has made it.
    this.#block.lieIn(awaiter);
    this.#block.runner = awaiter;
  }

  /**
   * Runs code with a group, and then waits for the group's tasks.
   *
   * @param body - an async function or a generator function; it gets the group
   * @returns the future of what the body returns; of `undefined` if the group was cancelled and the body ended for that
   * @throws {AggregateError} (asynchronously) of all that failed
   * @throws {RuntimeError} outside of a task
   */
  static run<T>(body: (group: TaskGroup) => PromiseLike<T> | CoroutineBody<T>): Future<T> {
    checkCallback(body, 'body');
    const group = new TaskGroup();
    const current = currentRunContext();
    const awaiter = awaiterIn(current, group.#loop);
    const run = new Coroutine<T>(group.#loop, awaiter);
    group.#block.enterWhole(run as Coroutine<unknown>, awaiter);
    group.#scope[kArm]();
    if (awaiter === null || awaiter[kBody] === null) turn.resumed = true;
    startInside(run as Coroutine<never>, () => group.#run(body), current, startCoroutine);
    return run;
  }

  /**
   * The scope of the group: it encloses the body and all children. `group.scope.deadline` limits the time of all of
   * them.
   *
   * @python anyio.TaskGroup.cancel_scope
   */
  get scope(): CancelScope {
    return this.#scope;
  }

  /**
   * Adds a task to the group.
   *
   * In a group that was cancelled the task begins, and meets the cancel at its first wait.
   *
   * @throws {RuntimeError} when the group is over, or being left because of an error
   * @python asyncio.TaskGroup.create_task()
   */
  createTask<T>(coro: CoroutineFunction<T>, options?: Omit<TaskOptions, 'loop'> | null): Task<T> {
    this.#checkOpen();
    const task = createTaskIn(this.#block, () =>
      this.#loop.createTask(coro, options as never),
    ) as unknown as Task<T>;
    this.#adopt(task as unknown as Task);
    return task;
  }

  /**
   * Starts a task, and waits until it reports that it has started: `await group.start(async (started) => …)` gives what
   * the task passes to `started(value)`. From then on it is a child of the group like any other; until then it stands
   * under the scopes of the caller, who also gets its error.
   *
   * @param coro - an async function or a generator function; what it returns is dropped
   * @param options.name - the name of the task
   * @param options.context - the context to run in; by default a copy of the current one
   * @returns the future of what is passed to `started()`
   * @throws {RuntimeError} when the group is over, or being left because of an error; asynchronously, when the task
   *   ends without calling `started()`
   * @python anyio.TaskGroup.start()
   */
  start<T = undefined>(
    coro: (started: (value?: T) => void) => PromiseLike<unknown> | CoroutineBody<unknown>,
    options?: Omit<TaskOptions, 'loop' | 'eagerStart'> | null,
  ): Future<T> {
    checkCallback(coro, 'coro');
    this.#checkOpen();
    const refused = refusedCall<T>(this.#loop as never);
    if (refused !== null) return refused;
    const startBlock = new CancelBlock(null);
    startBlock.parent = currentAwaiter(this.#loop)?.[kInnermostBlock]() ?? null;
    const value = new Future<T>({ loop: this.#loop }, true);
    let child: Task | null = null;
    const started = (result?: T): void => {
      if (value.done() && !value.cancelled())
        throw new RuntimeError("started() was called twice, or after the task's end");
      if (value.cancelled()) return;
      startBlock.parent = this.#block;
      value.setResult(result as T);
      if (child !== null) this.#hasStarted(child);
    };
    const made = createTaskIn(startBlock, () =>
      this.#loop.createTask(() => coro(started) as PromiseLike<unknown>, options as never),
    );
    child = made as unknown as Task;
    // It may have been started eagerly, and have called started() already.
    if (value.done()) this.#hasStarted(child);
    else this.#starting.add(child);
    return coroutine(this.#loop, () => this.#awaitStart(child as Task, value), { beginsAnyway: true });
  }

  /**
   * Ends the group early: cancels its {@link scope}, and with it its tasks and the code inside. Leaving the group
   * throws nothing on that account; `TaskGroup.run()` gives `undefined` if its body was cancelled. Nothing happens when
   * the group is over.
   *
   * @param reason - why: any value; the CancelledErrors have it as their `cause`
   * @python asyncio.TaskGroup.cancel() (3.15)
   */
  cancel(reason?: unknown): void {
    if (!this.#isOver) this.#scope.cancel(reason);
  }

  /** The end of `await using`, which begins where this is read. */
  get [Symbol.asyncDispose](): () => Promise<void> {
    const awaiter = currentAwaiter(this.#loop);
    if (awaiter !== null && !this.#block.isEntered) {
      this.#block.enterPart(awaiter);
      this.#scope[kArm]();
    }
    return () => this.#dispose();
  }

  async #dispose(): Promise<void> {
    this.#isExiting = true;
    const leaving = this.#cancelOnItsWay();
    // Cancelled from outside: the block is being left, so the tasks have to end.
    if (leaving !== null) this.#abort(true);
    const later = await coroutine<CancelledError | null>(this.#loop, () => this.#join(), {
      beginsAnyway: true,
    });
    const isCancelledAround = this.#takeBackOwnCancel() > 0;
    const errors = this.#takeErrors();
    const isOwnCancel = this.#leave(later !== null || leaving !== null, later ?? leaving);
    if (errors.length === 0) {
      if (later !== null && leaving === null && !isOwnCancel) throw later;
      return;
    }
    // The cancel from outside is not lost behind the errors: it comes at the next wait, as in CPython 3.13.
    if (isCancelledAround) this.#block.cancelAroundAgain();
    const failure = failureOf(errors);
    if (leaving === null) throw failure;
    replaceInFlightOrReport(leaving, failure, this.#loop);
  }

  get [Symbol.toStringTag](): string {
    return 'TaskGroup';
  }

  *#run<T>(body: (group: TaskGroup) => PromiseLike<T> | CoroutineBody<T>): Generator<unknown, T, unknown> {
    let value: T | undefined;
    let bodyError: unknown = null;
    let hasFailed = false;
    try {
      value = yield* this.#runBody(body);
    } catch (error) {
      hasFailed = true;
      bodyError = error;
    }
    this.#isExiting = true;
    let cancelled: unknown = hasFailed && cancelBehind(bodyError) !== null ? bodyError : null;
    if (hasFailed) this.#abort(cancelled !== null);
    const later = yield* this.#join();
    const interrupt = interruptIn(this.#errors);
    if (interrupt !== undefined) {
      this.#leave(false, null);
      throw interrupt;
    }
    if (this.#isParentCancelRequested && this.#takeBackOwnCancel() === 0) cancelled = null;
    else if (later !== null && (cancelled === null || this.#block.isCancelled)) cancelled = later;
    if (hasFailed && cancelBehind(bodyError) === null) this.#errors.push(bodyError);
    const errors = this.#takeErrors();
    const isOwnCancel = this.#leave(cancelled !== null, cancelled);
    if (errors.length > 0) {
      // The cancel from outside is not lost behind the errors: it comes at the next wait, as in CPython 3.13.
      if (this.#block.cancelling() > 0) this.#block.cancelAroundAgain();
      throw failureOf(errors);
    }
    if (cancelled !== null && !isOwnCancel) throw cancelled;
    return value as T;
  }

  #runBody<T>(body: (group: TaskGroup) => PromiseLike<T> | CoroutineBody<T>): Future<T> {
    const current = currentRunContext();
    const under = new BodyCoroutine<T>(this.#loop, awaiterIn(current, this.#loop));
    under[kBlock] = this.#block;
    startInside(under as BodyCoroutine<never>, () => body(this), current, startCoroutine);
    return under;
  }

  /** Waits for the tasks. @returns the last cancel that came meanwhile from outside */
  *#join(): Generator<unknown, CancelledError | null, unknown> {
    let cancelled: CancelledError | null = null;
    while (this.#tasks.size > 0 || this.#starting.size > 0) {
      this.#allDone = new DependingFuture<undefined>(this.#loop, this.#tasks);
      try {
        yield* this.#allDone;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        if (!this.#isAborting) {
          cancelled = error;
          this.#abort(true);
        } else if (this.#block.isCancelled && this.#scope[kIsCancelledFromOutside]) {
          cancelled = error;
        }
      }
      this.#allDone = null;
    }
    return cancelled;
  }

  #checkOpen(): void {
    if (this.#isOver || (this.#isExiting && this.#tasks.size === 0 && this.#starting.size === 0)) {
      throw new RuntimeError('TaskGroup is finished');
    }
    if (this.#isAborting && !this.#block.isCancelled) throw new RuntimeError('TaskGroup is shutting down');
  }

  #adopt(task: Task): void {
    if (task.done()) {
      // It was started eagerly, and did not have to wait.
      this.#taskDone(task);
      return;
    }
    watch(task, () => this.#taskDone(task));
    this.#tasks.add(task);
  }

  /** A child that was being started belongs to the group from now on. */
  #hasStarted(child: Task): void {
    this.#starting.delete(child);
    this.#adopt(child);
    if (this.#block.isCancelled) child[kDeliverFromScope]?.(undefined);
    else if (this.#isAborting) child.cancel();
  }

  *#awaitStart<T>(child: Task, value: Future<T>): Generator<unknown, T, unknown> {
    watch(child, () => this.#hasEnded(child, value));
    try {
      return yield* value;
    } catch (error) {
      if (!(error instanceof CancelledError) || child.done()) throw error;
      // The caller is cancelled, and the child with it; it has to be seen to its end.
      child.cancel();
      yield* this.#awaitEnd(child);
      const failure = child.cancelled() ? null : child.exception();
      throw failure ?? error;
    }
  }

  /** A child has ended; if it was being started, the wait of `start()` ends, too. */
  #hasEnded<T>(child: Task, value: Future<T>): void {
    if (!this.#starting.delete(child)) return;
    this.#wakeIfDone();
    if (value.done()) return;
    const failure = child.cancelled() ? child[kCancellation]() : child.exception();
    if (failure !== null && !child.cancelled()) value.setException(failure);
    else {
      const cause = failure === null ? undefined : { cause: failure };
      value.setException(new RuntimeError('the child ended without calling started()', cause));
    }
  }

  *#awaitEnd(child: Task): Generator<unknown, void, unknown> {
    while (!child.done()) {
      const over = new DependingFuture<undefined>(this.#loop, [child]);
      const watcher = watch(child, () => release(over, undefined));
      try {
        yield* over;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      } finally {
        watcher.remove();
      }
    }
  }

  #taskDone(task: Task): void {
    this.#tasks.delete(task);
    this.#wakeIfDone();
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
    if (this.#isAborting || this.#isParentCancelRequested || this.#block.isCancelled) return;
    this.#abort(false);
    this.#isParentCancelRequested = true;
    this.#block.cancelOnce();
  }

  #isReachedByScope(): boolean {
    return CancelBlock.isLevelCancelled(this.#block) && !this.#scope[kIsCancelledFromOutside];
  }

  #wakeIfDone(): void {
    if (this.#tasks.size > 0 || this.#starting.size > 0) return;
    if (this.#allDone !== null && !this.#allDone.done()) this.#allDone.setResult(undefined);
  }

  /**
   * Cancels the tasks, unless the cancel of the scope has done so, or of one around it.
   *
   * @param isCancelled - whether a cancel is the reason, rather than an error
   */
  #abort(isCancelled: boolean): void {
    if (this.#isAborting) return;
    this.#isAborting = true;
    if (this.#block.isCancelled || (isCancelled && this.#isReachedByScope())) return;
    for (const task of [...this.#tasks]) if (!task.done()) task.cancel();
  }

  /** Takes our own cancel of the parent back, if there is one. @returns how many cancels are left */
  #takeBackOwnCancel(): number {
    if (this.#isParentCancelRequested) this.#parent[kUncancelIn](this.#block);
    return this.#block.cancelling();
  }

  /** The CancelledError that leaves the block, as far as the end of `await using` can know. */
  #cancelOnItsWay(): CancelledError | null {
    const block = this.#block;
    return block.cancelling() > this.#cancellingAtEntry || block.isCancelled ? block.lastDelivered : null;
  }

  #leave(hasFailed: boolean, error: unknown): boolean {
    this.#isOver = true;
    return this.#scope[kLeave](hasFailed, error);
  }

  #takeErrors(): unknown[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }
}

/** What a group fails with: an interrupt comes out as it is, the first of several, and hides the other errors. */
function failureOf(errors: unknown[]): Error {
  return interruptIn(errors) ?? new AggregateError(errors, MESSAGE);
}

function interruptIn(errors: readonly unknown[]): SignalInterrupt | undefined {
  return errors.find((error) => error instanceof SignalInterrupt) as SignalInterrupt | undefined;
}
