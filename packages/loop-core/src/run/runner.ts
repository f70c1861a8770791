/// <reference lib="esnext.disposable" preserve="true" />
import { type Context, copyContext } from '@bight/contextvars';
import {
  AbstractEventLoop,
  type CoroutineFunction,
  NotImplementedError,
  RuntimeError,
} from '@bight/loop-abstract';
import { checkCallback, checkOptions } from '@bight/loop-abstract/validate';
import { gather } from '../combinators/gather.js';
import { wait } from '../combinators/wait.js';
import { newEventLoop, runningLoop, setEventLoop } from '../policy/running-loop.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { allTasks } from '../tasks/current-task.js';
import { Interrupts } from './interrupts.js';
import { type Shutdown, shutdownFor } from './shutdown.js';

// How long, after a second Ctrl-C, tasks and threads may take to end.
const GRACE_SECONDS = 1;

const OPTIONS = ['debug', 'loopFactory', 'signals', 'grace'] as const;

/** How a runner makes its loop. */
export interface RunnerOptions {
  /** Whether the loop runs in debug mode; by default the loop decides. */
  debug?: boolean | null;
  /** Makes the loop; by default `newEventLoop()`, which is then the current one, too. */
  loopFactory?: (() => AbstractEventLoop) | null;
  /**
   * The signals that cancel the main coroutine; by default SIGINT. Where they are named, a second one of them, the same
   * or another, ends the process by its own default.
   */
  signals?: readonly string[] | null;
  /** How many **seconds** the program may take to end after the first signal; then that signal's default ends it. */
  grace?: number | null;
}

/**
 * Runs several coroutines one after the other in one loop and one context, and cleans up at the end.
 *
 * `await using runner = new Runner()` closes it.
 *
 * @python asyncio.Runner
 */
export class Runner {
  readonly #debug: boolean | null;
  readonly #loopFactory: (() => AbstractEventLoop) | null;
  #loop: AbstractEventLoop | null = null;
  #context: Context | null = null;
  #setsCurrentLoop = false;
  #isClosed = false;
  #isInterrupted = false;
  readonly #shutdown: Shutdown | null;

  constructor(options?: RunnerOptions | null) {
    const { debug = null, loopFactory = null } = checkOptions(options, OPTIONS);
    if (loopFactory !== null) checkCallback(loopFactory, 'loopFactory');
    this.#shutdown = shutdownFor(options ?? {});
    this.#debug = debug;
    this.#loopFactory = loopFactory;
  }

  /**
   * The loop of this runner: made when it is needed first.
   *
   * @python asyncio.Runner.get_loop()
   */
  getLoop(): AbstractEventLoop {
    return this.#prepare().loop;
  }

  /**
   * Runs a coroutine function to its end. Ctrl-C cancels it, and a second one stops the loop at once, if this is the
   * main thread and SIGINT has no other listener.
   *
   * @param options.context - the context to run in; by default the runner's own
   * @returns its result
   * @throws {RuntimeError} inside of a running loop, or when the runner is closed
   * @throws {TypeError} unless `coro` is a coroutine function
   * @throws {KeyboardInterrupt} when Ctrl-C ended it
   * @python asyncio.Runner.run()
   */
  async run<T>(coro: CoroutineFunction<T>, options?: { context?: Context | null } | null): Promise<T> {
    checkOptions(options, ['context']);
    checkCoroutine(coro);
    if (runningLoop() !== null)
      throw new RuntimeError('Runner.run() cannot be called from a running event loop');
    const { loop, context } = this.#prepare();
    const task = loop.createTask<T>(coro, { context: options?.context ?? context });
    const interrupts = this.#shutdown === null ? new Interrupts(loop, task) : this.#shutdown.begin(task);
    try {
      const result = await loop.runUntilComplete<T>(task);
      if (!interrupts.isStopped) return result;
    } catch (error) {
      throw interrupts.errorFor(error);
    } finally {
      interrupts.end();
      this.#isInterrupted = interrupts.isStopped;
    }
    throw interrupts.errorFor(undefined);
  }

  /**
   * Cancels what is left, shuts async generators and the default executor down, and closes the loop. A second call does
   * nothing.
   *
   * @python asyncio.Runner.close()
   */
  async close(): Promise<void> {
    const loop = this.#loop;
    this.#isClosed = true;
    this.#loop = null;
    if (loop === null) {
      this.#shutdown?.close();
      return;
    }
    const timeout = this.#isInterrupted ? GRACE_SECONDS : null;
    try {
      await cancelAllTasks(loop, timeout);
      // As tasks, as in CPython: callbacks that are still queued run beside them.
      await loop.runUntilComplete(() => loop.shutdownAsyncgens());
      if (canExecute(loop)) await loop.runUntilComplete(() => loop.shutdownDefaultExecutor({ timeout }));
    } finally {
      this.#shutdown?.close();
      if (this.#setsCurrentLoop) setEventLoop(null);
      loop.close();
    }
  }

  /** Closes the runner. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #prepare(): { loop: AbstractEventLoop; context: Context } {
    if (this.#isClosed) throw new RuntimeError('Runner is closed');
    if (this.#loop === null) {
      if (this.#loopFactory === null) {
        this.#loop = newEventLoop();
        this.#setsCurrentLoop = true;
        setEventLoop(this.#loop);
      } else {
        this.#loop = this.#loopFactory();
      }
      if (this.#debug !== null) setDebug(this.#loop, this.#debug);
      this.#context = copyContext();
    }
    return { loop: this.#loop, context: this.#context as Context };
  }
}

/** Whether a loop runs functions in executors: one that is written from the interfaces need not. */
function canExecute(loop: Partial<AbstractEventLoop>): boolean {
  const { shutdownDefaultExecutor: shutdown } = loop;
  return shutdown !== undefined && shutdown !== AbstractEventLoop.prototype.shutdownDefaultExecutor;
}

function setDebug(loop: AbstractEventLoop, debug: boolean): void {
  if ((loop as Partial<AbstractEventLoop>).setDebug === undefined) {
    throw new NotImplementedError(`${loop.constructor.name} has no debug mode: leave the option debug out`);
  }
  loop.setDebug(debug);
}

/** @param timeout - how many seconds the tasks may take; `null` for as long as it takes */
async function cancelAllTasks(loop: AbstractEventLoop, timeout: number | null): Promise<void> {
  const tasks = [...allTasks({ loop })];
  if (tasks.length === 0) return;
  for (const task of tasks) task.cancel();
  await loop.runUntilComplete<unknown>(
    timeout === null ? gather(tasks, { returnExceptions: true, loop }) : wait(tasks, { timeout, loop }),
  );
  for (const task of tasks) {
    if (!task.done() || task.cancelled()) continue;
    const exception = task.exception();
    if (exception === null) continue;
    loop.callExceptionHandler({
      message: 'unhandled exception during run() shutdown',
      exception: exception as Error,
      task: task as never,
    });
  }
}

/**
 * Runs a program: makes a loop, runs the coroutine function to its end, cancels what is left, shuts async generators
 * and the default executor down, and closes the loop.
 *
 * The first Ctrl-C cancels `main`, which may clean up as after every cancel. The second one stops it where it waits;
 * then what is left gets one second to end (CPython waits for it, until a third one). If `main` lets itself be
 * cancelled, and after the second one in any case, this throws a KeyboardInterrupt, and a program that does not catch
 * that ends with the exit status 130. All this is so in the main thread, while SIGINT has no other listener.
 *
 * @param main - an async function or a generator function
 * @param options.debug - whether the loop runs in debug mode
 * @param options.loopFactory - makes the loop; by default `newEventLoop()`
 * @param options.signals - the signals that cancel `main`. With SIGTERM among them this is a clean stop, as containers
 *   ask for it. A second one ends the process by its own default.
 * @param options.grace - how many **seconds** the program may take to end after the first one
 * @returns what `main` returns
 * @throws what `main` throws
 * @throws {KeyboardInterrupt} when Ctrl-C ended it
 * @throws {RuntimeError} inside of a running loop
 * @throws {TypeError} unless `main` is a coroutine function
 * @python asyncio.run()
 */
export async function run<T>(main: CoroutineFunction<T>, options?: RunnerOptions | null): Promise<T> {
  checkCoroutine(main);
  checkOptions(options, OPTIONS);
  if (runningLoop() !== null) throw new RuntimeError('run() cannot be called from a running event loop');
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}
