import type { Context } from '@bight/contextvars';
import {
  type Carrier,
  capture,
  captureOthers,
  contextIn,
  currentRunContext,
  runContext,
  runIn,
  runInCarrier,
} from '@bight/contextvars/low-level';
import type { AbstractTask, CoroutineFunction } from '@bight/loop-abstract';
import { type CancelledError, RuntimeError } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { taskDone, taskSpawn } from '../debugging/channels.js';
import { describeFunction } from '../debugging/describe.js';
import { framesOf } from '../debugging/stack-frames.js';
import { finish } from '../futures/future.js';
import { FINISHED, PENDING, type State } from '../futures/state.js';
import {
  kBlock,
  kCancelBecause,
  kCancelRequested,
  kConfirm,
  kCountCancel,
  kDeliver,
  kDeliverFromScope,
  kExplain,
  kFailed,
  kFinish,
  kForgetCancel,
  kInnermostBlock,
  kIsPresumed,
  kKind,
  kLogDestroyPending,
  kLoop,
  kNext,
  kNoteDelivered,
  kPending,
  kPrevious,
  kRootCancels,
  kRun,
  kSignalled,
  kSourceTraceback,
  kStart,
  kState,
  kStep,
  kTakeCancel,
  kTask,
  kUncancelIn,
  kValue,
  kWaitFor,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { resumeIn, resumesByHand } from '../scheduling/resumption.js';
import { Awaiter, waitOn } from './awaiter.js';
import type { CancelBlock } from './cancel-block.js';
import { checkCoroutine } from './check-coroutine.js';
import { drive } from './coroutine.js';
import { nextTask } from './create-task-in.js';
import { releaseRunContext } from './release-run-context.js';
import { suspendedFrames } from './suspended-frames.js';
import { TaskCancels } from './task-cancels.js';
import { noteDone, noteSpawned, startEagerly } from './task-events.js';
import { taskListOf } from './task-list.js';

const OPTIONS = ['loop', 'name', 'context', 'eagerStart'] as const;

let tasksMade = 0;

// What a task has gone through, in one number.
const STARTED = 1;
const HAS_OWN_CARRIER = 2;
const MAY_VANISH = 4;
const IS_PRESUMED = 8;

/** How a task is made. */
export interface TaskOptions {
  /** The loop that runs it; by default the current one. */
  loop?: FutureLoop | null;
  /** Its name; by default `Task-1`, `Task-2`, … */
  name?: unknown;
  /** The context that it runs in; by default a copy of the current one. */
  context?: Context | null;
  /**
   * Whether it starts at once, rather than on a later iteration.
   *
   * @python asyncio.Task(eager_start) (3.12)
   */
  eagerStart?: boolean | null;
}

/**
 * A coroutine that the loop runs: its function is called on a later iteration, inside the task's context.
 *
 * Differs in that it takes a coroutine function, that it has a {@link signal}, and that a loop keeps its tasks alive
 * until they are done.
 *
 * @python asyncio.Task
 */
export class Task<T = unknown> extends Awaiter<T> implements AbstractTask<T> {
  /** @internal */
  [kPrevious]: Task | null = null;
  /** @internal */
  [kNext]: Task | null = null;

  readonly #coro: CoroutineFunction<T>;
  readonly #context: Context;
  #carrier: Carrier;
  #flags = 0;
  // A number until the name is read: formatting it costs as much as scheduling the task.
  #name: string | number;
  #cancels: TaskCancels | null = null;

  /**
   * @param coro - an async function or a generator function
   * @throws {TypeError} when it is something else, such as a promise that is running already
   */
  constructor(coro: CoroutineFunction<T>, options?: TaskOptions);
  /**
   * @internal
   * @param isChecked - whether the loop has checked the options
   * @param isPresumed - whether it will turn out only when the function returns that this is a task
   */
  constructor(coro: CoroutineFunction<T>, options: TaskOptions, isChecked: true, isPresumed?: boolean);
  constructor(coro: CoroutineFunction<T>, options: TaskOptions = {}, isChecked = false, isPresumed = false) {
    checkCoroutine(coro);
    super(options.loop);
    if (!isChecked) checkOptions<TaskOptions>(options, OPTIONS);
    const { name, context } = options;
    this.#coro = coro;
    if (isPresumed) this.#flags = IS_PRESUMED;
    this.#name = name !== undefined && name !== null ? String(name) : isPresumed ? 0 : ++tasksMade;
    const current = currentRunContext();
    this.#carrier = captureOthers(current);
    this.#context = context ?? contextIn(current).copy();
    if (nextTask.block !== null) {
      this[kBlock] = nextTask.block;
      nextTask.block = null;
    }
    if (!isPresumed) this.#enlist();
    if (isPresumed) {
      this[kRun]();
      if (resumesByHand) resumeIn(current);
    } else if (options.eagerStart === true && isRunning(this[kLoop])) {
      startEagerly(this);
      if (resumesByHand) resumeIn(current);
    } else {
      enqueue(this[kLoop], this);
    }
  }

  /** @internal */
  get [kTask](): this {
    return this;
  }

  /** @internal Whether the function that was called may still turn out to be no coroutine function. */
  get [kIsPresumed](): boolean {
    return (this.#flags & IS_PRESUMED) !== 0;
  }

  /** @internal It was one: this is a task like any other. */
  [kConfirm](): void {
    this.#flags &= ~IS_PRESUMED;
    this.#name ||= ++tasksMade;
    this.#enlist();
    if (this[kState] === PENDING) return;
    // It was a generator that never waited.
    const list = taskListOf<Task<T>>(this[kLoop]);
    list.remove(this);
    if (list.observer !== null || taskDone.hasSubscribers) noteDone(this, list.observer);
  }

  /** From here on the loop has this task. */
  #enlist(): void {
    const list = taskListOf<Task<T>>(this[kLoop]);
    list.add(this);
    if (list.observer !== null || taskSpawn.hasSubscribers) noteSpawned(this, list.observer);
  }

  /** @internal Whether a loop that closes should say that this never came to its end. */
  get [kLogDestroyPending](): boolean {
    return (this.#flags & MAY_VANISH) === 0;
  }

  set [kLogDestroyPending](log: boolean) {
    this.#flags = log ? this.#flags & ~MAY_VANISH : this.#flags | MAY_VANISH;
  }

  get #ownCancels(): TaskCancels {
    this.#cancels ??= new TaskCancels();
    return this.#cancels;
  }

  /**
   * Asks the task to stop: throws a CancelledError at what it waits for, or at its next wait.
   *
   * @param message - the message of that error
   * @returns whether the task was still running
   * @python asyncio.Task.cancel()
   */
  override cancel(message?: string | null): boolean {
    return super.cancel(message);
  }

  /**
   * How many cancels were requested, less how many were taken back.
   *
   * @python asyncio.Task.cancelling()
   */
  cancelling(): number {
    return this.#cancels === null ? 0 : this.#cancels.requested;
  }

  /**
   * Takes one cancel back, and with the last one what the code has not met yet.
   *
   * @returns how many are left
   * @python asyncio.Task.uncancel() (3.13)
   */
  uncancel(): number {
    const cancels = this.#cancels;
    if (cancels === null || cancels.requested === 0) return 0;
    return this[kUncancelIn](this.#currentBlock() ?? cancels.lastBlock);
  }

  /** @internal Takes back a cancel of a block, or of one around it, or else of the task. */
  [kUncancelIn](block: CancelBlock | null): number {
    const cancels = this.#ownCancels;
    if (cancels.takeBack(this as Task<unknown>, block)) this[kForgetCancel]();
    return cancels.requested;
  }

  /** The block of this task whose code runs. */
  #currentBlock(): CancelBlock | null {
    const awaiter = currentRunContext()?.task as
      | { [kTask]?: unknown; [kInnermostBlock]?(): CancelBlock | null }
      | null
      | undefined;
    return awaiter?.[kTask] === this ? (awaiter[kInnermostBlock]?.() ?? null) : null;
  }

  /** @internal How often `cancel()` was called, less what was taken back. */
  get [kRootCancels](): number {
    return this.#cancels === null ? 0 : this.#cancels.ofTask;
  }

  /** @internal The blocks inside of the task whose signals are in use. */
  get [kSignalled](): Set<CancelBlock> {
    return this.#ownCancels.signalled;
  }

  /** @internal A cancel more, or less, of a block or of the task. */
  [kCountCancel](block: CancelBlock | null, by: 1 | -1): void {
    this.#ownCancels.count(block, by);
  }

  /**
   * The name of the task.
   *
   * @python asyncio.Task.get_name()
   */
  getName(): string {
    return typeof this.#name === 'number' ? `Task-${this.#name}` : this.#name;
  }

  /**
   * Names the task; anything but a string is converted.
   *
   * @python asyncio.Task.set_name()
   */
  setName(name: unknown): void {
    this.#name = String(name);
  }

  /**
   * The coroutine function that the task runs.
   *
   * @python asyncio.Task.get_coro()
   */
  getCoro(): CoroutineFunction<T> {
    return this.#coro;
  }

  /**
   * The context that the task runs in.
   *
   * @python asyncio.Task.get_context()
   */
  getContext(): Context {
    return this.#context;
  }

  /**
   * Where the task stands, as lines of a stack, the innermost first: where its async functions wait, as far as the
   * engine shows that; else where the task was made (in debug mode). Of a task that has failed, the stack of its
   * exception.
   *
   * @param options.limit - at most this many lines
   * @python asyncio.Task.get_stack()
   */
  getStack(options?: { limit?: number | null }): string[] {
    checkOptions(options, ['limit']);
    const failure = this.done() && !this.cancelled() ? this[kValue] : undefined;
    const stack = failure instanceof Error ? (failure.stack ?? '') : (this[kSourceTraceback] ?? '');
    const [suspended = []] = this.done() ? [] : suspendedFrames([this as Task<unknown>]);
    const lines = suspended.length > 0 ? suspended : framesOf(stack);
    return lines.slice(0, options?.limit ?? lines.length).map((line) => line.trim());
  }

  /**
   * Prints {@link getStack} with a heading.
   *
   * @param options.file - where to write; by default standard error
   * @python asyncio.Task.print_stack()
   */
  printStack(options?: { limit?: number | null; file?: { write(text: string): unknown } }): void {
    const { limit, file } = checkOptions(options, ['limit', 'file']);
    const lines = this.getStack({ limit });
    const heading = lines.length > 0 ? `Stack for ${this}:` : `No stack for ${this}`;
    const text = [heading, ...lines.map((line) => `  ${line}`)].join('\n');
    if (file) file.write(`${text}\n`);
    else console.error(text);
  }

  /**
   * An AbortSignal that is aborted when the task is cancelled; its reason is a CancelledError. Hand it to `fetch` and
   * to every other API that takes one, so that a cancel reaches into what this library does not know. Read inside of a
   * `timeout()`, a `TaskGroup` or a `CancelScope` it is the signal of that block: it is aborted when the block is
   * cancelled, too. One that was read before the block began is not: a time limit ends only what was begun inside of
   * it.
   *
   * A signal cannot be un-aborted, so ask for it each time: after the last {@link uncancel} it is another one.
   */
  get signal(): AbortSignal {
    const block = this.#currentBlock();
    if (block !== null && block.task === (this as Task<unknown>)) return block.signal.signal;
    return this.#ownCancels.signalOf(this as Task<unknown>);
  }

  /**
   * @throws {RuntimeError} always: a task ends by itself
   * @python asyncio.Task.set_result()
   */
  override setResult(_result: T): never {
    throw new RuntimeError('Task does not support setResult operation');
  }

  /**
   * @throws {RuntimeError} always: a task ends by itself
   * @python asyncio.Task.set_exception()
   */
  override setException(_exception: unknown): never {
    throw new RuntimeError('Task does not support setException operation');
  }

  override get [Symbol.toStringTag](): string {
    return 'Task';
  }

  override toString(): string {
    const state = this[kState] === PENDING ? (this.cancelling() > 0 ? 'cancelling' : 'pending') : undefined;
    const outcome =
      state ?? (this.cancelled() ? 'cancelled' : this[kState] === FINISHED ? 'finished' : 'failed');
    return `<${this.constructor.name} ${outcome} name='${this.getName()}' coro=${describeFunction(this.#coro)}>`;
  }

  /** @internal */
  override get [kKind](): string {
    return 'Task';
  }

  /** @internal */
  override [kCancelRequested](): void {
    this.#ownCancels.ofTask++;
    this[kCountCancel](null, 1);
  }

  /** @internal {@link cancel} on account of something, which the CancelledError will name as its `cause`. */
  [kCancelBecause](cause: unknown): boolean {
    this.#ownCancels.cause = { cause };
    return this.cancel(cause instanceof Error ? cause.message : null);
  }

  /** @internal A foreign API that holds a signal of the task's is something that the task waits for, too. */
  override [kDeliver](message: string | undefined): void {
    super[kDeliver](message);
    this.#abortSignals(message);
  }

  /** @internal A child of a group: it meets the cancel of a scope at its first wait, if it has not begun. */
  override [kDeliverFromScope](message: string | undefined): void {
    if ((this.#flags & STARTED) === 0) return;
    super[kDeliverFromScope](message);
    this.#abortSignals(message);
  }

  #abortSignals(message: string | undefined): void {
    this.#cancels?.abortSignals(this as Task<unknown>, message);
  }

  /** @internal */
  override [kNoteDelivered](error: CancelledError): void {
    super[kNoteDelivered](error);
    this.#ownCancels.noteDelivered(error);
  }

  /** @internal Names the cause of the cancel that is on its way. */
  [kExplain](error: CancelledError): CancelledError {
    return this.#cancels === null ? error : this.#cancels.explain(error);
  }

  /** @internal */
  override [kFinish](state: State, value: unknown): void {
    const list = taskListOf<Task<T>>(this[kLoop]);
    list.remove(this);
    releaseRunContext(this);
    finish(this, state, value);
    if ((list.observer !== null || taskDone.hasSubscribers) && !this[kIsPresumed])
      noteDone(this, list.observer);
  }

  /** @internal */
  [kRun](): void {
    if (this[kState] !== PENDING) return;
    if ((this.#flags & STARTED) !== 0) {
      runInCarrier(this.#carrier, resume, this, undefined);
    } else {
      this.#flags |= STARTED;
      if (this[kPending] !== null) {
        // Cancelled before it began: the coroutine never runs.
        this[kFailed](this[kTakeCancel](null));
        return;
      }
      const run = runContext(this.#context, this[kLoop], this);
      if (resumesByHand) resumeIn(run);
      runIn(this.#carrier, run, start, this, undefined);
    }
  }

  /** @internal */
  [kStart](): void {
    let started: unknown;
    try {
      const coro = this.#coro as unknown;
      started = typeof coro === 'function' ? coro() : coro;
    } catch (error) {
      this[kFailed](error);
      return;
    }
    drive(this, started);
  }

  /** @internal */
  override [kWaitFor](awaited: unknown): void {
    if ((this.#flags & HAS_OWN_CARRIER) === 0) {
      // This is still the first step, inside the task's run context. A generator is entered again at every step; an
      // async function finds its way back by itself, and so does not come here.
      this.#flags |= HAS_OWN_CARRIER;
      this.#carrier = capture();
    }
    waitOn(this, awaited);
  }
}

function start(this: Task): void {
  this[kStart]();
}

function resume(this: Task): void {
  this[kStep]();
}

/** A foreign loop need not know. */
function isRunning(loop: { isRunning?(): boolean }): boolean {
  return loop.isRunning?.() === true;
}
