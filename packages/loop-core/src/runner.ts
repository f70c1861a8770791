import { type Context, copyContext } from '@bight/contextvars';
import type { AbstractEventLoop, CoroutineFunction } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { checkCoroutine } from './check.js';
import { allTasks } from './current.js';
import { gather } from './gather.js';
import { newEventLoop, runningLoop, setEventLoop } from './running.js';

/** How a runner makes its loop. */
export interface RunnerOptions {
  /** Whether the loop runs in debug mode; by default the loop decides. */
  debug?: boolean | null;
  /** Makes the loop; by default `newEventLoop()`, which is then the current one, too. */
  loopFactory?: (() => AbstractEventLoop) | null;
}

/**
 * Runs several coroutines one after the other in one loop and one context, and cleans up at the end.
 *
 * Reference: `asyncio.Runner`. `await using runner = new Runner()` closes it.
 */
export class Runner {
  readonly #debug: boolean | null;
  readonly #loopFactory: (() => AbstractEventLoop) | null;
  #loop: AbstractEventLoop | null = null;
  #context: Context | null = null;
  #setsCurrentLoop = false;
  #closed = false;

  constructor(options?: RunnerOptions | null) {
    const { debug = null, loopFactory = null } = options ?? {};
    if (loopFactory !== null) checkCallback(loopFactory, 'loopFactory');
    this.#debug = debug;
    this.#loopFactory = loopFactory;
  }

  /** The loop of this runner: made when it is needed first. Reference: `Runner.get_loop()`. */
  getLoop(): AbstractEventLoop {
    return this.#prepare().loop;
  }

  /**
   * Runs a coroutine function to its end.
   *
   * @param options.context the context to run in; by default the runner's own.
   * @returns its result.
   * @throws RuntimeError inside of a running loop, or when the runner is closed; TypeError unless `coro` is a coroutine
   *   function. Reference: `Runner.run()`.
   */
  async run<T>(coro: CoroutineFunction<T>, options?: { context?: Context | null } | null): Promise<T> {
    checkCoroutine(coro);
    if (runningLoop() !== null)
      throw new RuntimeError('Runner.run() cannot be called from a running event loop');
    const { loop, context } = this.#prepare();
    const task = loop.createTask<T>(coro, { context: options?.context ?? context });
    return await loop.runUntilComplete<T>(task);
  }

  /**
   * Cancels what is left, shuts async generators and the default executor down, and closes the loop. A second call does
   * nothing. Reference: `Runner.close()`.
   */
  async close(): Promise<void> {
    const loop = this.#loop;
    this.#closed = true;
    this.#loop = null;
    if (loop === null) return;
    try {
      await cancelAllTasks(loop);
      await loop.runUntilComplete(loop.shutdownAsyncgens());
      await loop.runUntilComplete(loop.shutdownDefaultExecutor());
    } finally {
      if (this.#setsCurrentLoop) setEventLoop(null);
      loop.close();
    }
  }

  /** Closes the runner. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #prepare(): { loop: AbstractEventLoop; context: Context } {
    if (this.#closed) throw new RuntimeError('Runner is closed');
    if (this.#loop === null) {
      if (this.#loopFactory === null) {
        this.#loop = newEventLoop();
        this.#setsCurrentLoop = true;
        setEventLoop(this.#loop);
      } else {
        this.#loop = this.#loopFactory();
      }
      if (this.#debug !== null) this.#loop.setDebug(this.#debug);
      this.#context = copyContext();
    }
    return { loop: this.#loop, context: this.#context as Context };
  }
}

async function cancelAllTasks(loop: AbstractEventLoop): Promise<void> {
  const tasks = [...allTasks({ loop })];
  if (tasks.length === 0) return;
  for (const task of tasks) task.cancel();
  await loop.runUntilComplete(gather(tasks, { returnExceptions: true, loop }));
  for (const task of tasks) {
    if (task.cancelled()) continue;
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
 * @param main an async function or a generator function.
 * @param options.debug whether the loop runs in debug mode.
 * @param options.loopFactory makes the loop; by default `newEventLoop()`.
 * @returns what `main` returns.
 * @throws what `main` throws; RuntimeError inside of a running loop; TypeError unless `main` is a coroutine function.
 *   Reference: `asyncio.run()`.
 */
export async function run<T>(main: CoroutineFunction<T>, options?: RunnerOptions | null): Promise<T> {
  checkCoroutine(main);
  if (runningLoop() !== null) throw new RuntimeError('run() cannot be called from a running event loop');
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}
