import type { MessagePort } from 'node:worker_threads';
import type {
  AbstractFuture,
  CallOptions,
  CoroutineFunction,
  Executor,
  ExecutorCallable,
  TaskFactory,
  TaskOptions,
} from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import {
  checkArgs,
  checkCallback,
  checkOption,
  checkOptions,
  checkSeconds,
} from '@bight/loop-abstract/validate';
import { debugByDefault } from '../debugging/debug-by-default.js';
import { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { createHost } from '../hosts/create-host.js';
import type { Host } from '../hosts/host.js';
import {
  kCheckCallback,
  kCheckScheduling,
  kDispatcher,
  kEnqueue,
  kLogDestroyPending,
  kReportLeftovers,
  kTasks,
  kTimerCancelled,
} from '../internals.js';
import { setDefaultLoopFactory } from '../policy/policy.js';
import { runningLoop } from '../policy/running-loop.js';
import { type Budget, Dispatcher } from '../scheduling/dispatcher.js';
import { type Callback, Handle, TimerHandle } from '../scheduling/handle.js';
import { HostBatch } from '../scheduling/host-batch.js';
import { HostEvent } from '../scheduling/host-event.js';
import type { Runnable } from '../scheduling/runnable.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { Task } from '../tasks/task.js';
import { TaskList } from '../tasks/task-list.js';
import { ExposedApis } from '../threads/exposed-api.js';
import { AsyncgenTracker } from './asyncgens.js';
import { DefaultExecutor } from './executor.js';
import { forgetNeverRun, noteNeverRun } from './never-run.js';
import { ReportingLoop } from './reporter.js';

const TASK = ['name', 'context', 'eagerStart'] as const;

/** How a loop is made. */
export interface CoreEventLoopOptions {
  /** What the loop runs on; by default what this platform offers. */
  host?: Host;
  /** How long the loop may go on before the platform gets its turn. */
  budget?: Partial<Budget>;
  /**
   * For tests: random numbers from 0 to 1, by which the steps of coroutines that are ready in the same iteration are
   * put into another order. Callbacks keep their places. Programs that need the order of tasks which nothing but the
   * queue promises fail with it.
   */
  shuffle?: (() => number) | null;
}

/**
 * An event loop that schedules callbacks, timers, futures and tasks, and knows nothing of any input or output. Add
 * capabilities with `withNet`, `withSubprocess`, `withSignals`, or take the whole from `bight`.
 *
 * A loop never blocks the thread: {@link runForever} and {@link runUntilComplete} return promises, and timers, servers
 * and `fetch` of the platform go on beside it. Several loops in one thread do not disturb each other.
 *
 * Reference: `asyncio.BaseEventLoop`.
 */
export class CoreEventLoop extends ReportingLoop {
  /** @internal */
  readonly [kTasks] = new TaskList<Task>();
  /** @internal */
  override readonly [kDispatcher]: Dispatcher;

  readonly #host: Host;
  readonly #asyncgens = new AsyncgenTracker(this);
  readonly #defaultExecutor = new DefaultExecutor(this);
  readonly #exposed = new ExposedApis(this);
  #closed = false;
  #sequence = 0;
  #taskFactory: TaskFactory | null = null;

  constructor(options: CoreEventLoopOptions = {}) {
    super();
    checkOptions(options, ['host', 'budget', 'shuffle']);
    checkOptions(options.budget, ['iterations', 'seconds'], 'budget');
    this.#host = options.host ?? createHost();
    this[kDispatcher] = new Dispatcher(this.#host, this);
    this[kDispatcher].debug = debugByDefault();
    Object.assign(this[kDispatcher].budget, options.budget);
    this[kDispatcher].shuffle = options.shuffle ?? null;
    this.#host.attach?.(this);
  }

  // Running and stopping

  /**
   * Runs until {@link stop} is called. Keeps the process alive meanwhile.
   *
   * @throws RuntimeError if the loop is closed or runs already, or if another loop's callback calls this. Reference:
   *   `loop.run_forever()`.
   */
  override async runForever(): Promise<void> {
    this.#checkCanRun();
    forgetNeverRun(this);
    await new Promise<void>((resolve) => this[kDispatcher].start(resolve));
  }

  /**
   * Runs until a future is done.
   *
   * @param future a future, a promise, or a coroutine function (which becomes a task).
   * @returns its result.
   * @throws its exception; RuntimeError if the loop was stopped before. Reference: `loop.run_until_complete()`.
   */
  override async runUntilComplete<T>(future: PromiseLike<T> | CoroutineFunction<T>): Promise<T> {
    this.#checkCanRun();
    const isNew = !isFuture(future);
    const awaited = ensureFuture(future, { loop: this }) as Future<T>;
    if (isNew && awaited instanceof Task) awaited[kLogDestroyPending] = false;
    const stop = () => this.stop();
    awaited.addDoneCallback(stop);
    try {
      await this.runForever();
    } finally {
      awaited.removeDoneCallback(stop);
    }
    if (!awaited.done()) throw new RuntimeError('Event loop stopped before Future completed.');
    return awaited.result();
  }

  /**
   * Stops the loop at the end of the current iteration; a loop that does not run yet will stop after one iteration.
   * Reference: `loop.stop()`.
   */
  override stop(): void {
    this[kDispatcher].stop();
  }

  /** Whether the loop runs. Reference: `loop.is_running()`. */
  override isRunning(): boolean {
    return this[kDispatcher].running;
  }

  /** Whether the loop was closed. Reference: `loop.is_closed()`. */
  override isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Closes the loop: what is still scheduled is dropped, the default executor is shut down without waiting. A second
   * call does nothing.
   *
   * @throws RuntimeError while the loop runs. Reference: `loop.close()`.
   */
  override close(): void {
    if (this.isRunning()) throw new RuntimeError('Cannot close a running event loop');
    if (this.#closed) return;
    this.#closed = true;
    forgetNeverRun(this);
    this[kDispatcher].ready.clear();
    this[kDispatcher].timers.clear();
    this.#host.clearAlarm();
    this.#host.release();
    this.#defaultExecutor.close();
    this.#exposed.close();
    this.#host.close?.();
    this[kReportLeftovers]();
  }

  // Scheduling

  /**
   * Schedules a callback for the next iteration.
   *
   * @param args the arguments of the callback.
   * @param options.context the context to run in; by default a copy of the current one.
   * @throws RuntimeError if the loop is closed. Reference: `loop.call_soon()`.
   */
  override callSoon<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle {
    this.#checkClosed();
    checkCallback(callback, 'callback');
    checkArgs(args);
    if (this[kDispatcher].debug) this[kCheckScheduling](callback, 'callSoon');
    const handle = new Handle(
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].debug,
    );
    this[kDispatcher].enqueue(handle);
    return handle;
  }

  /**
   * {@link callSoon} for callers outside of the loop: callbacks of the platform, and other threads through
   * `exposeThreadsafe()`. Wakes the loop.
   *
   * @throws RuntimeError if the loop is closed. Reference: `loop.call_soon_threadsafe()`.
   */
  override callSoonThreadsafe<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle {
    this.#checkClosed();
    checkCallback(callback, 'callback');
    checkArgs(args);
    if (this[kDispatcher].debug) this[kCheckCallback](callback, 'callSoonThreadsafe');
    const handle = new Handle(
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].debug,
    );
    this[kDispatcher].enqueue(handle);
    return handle;
  }

  /**
   * Schedules a callback to run after `delay` **seconds**.
   *
   * @returns a handle that can cancel it. Callbacks that are due at the same time run in the order of scheduling.
   * @throws ValueError if `delay` is not a number; RuntimeError if the loop is closed. Reference: `loop.call_later()`.
   */
  override callLater<A extends unknown[]>(
    delay: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle {
    checkSeconds(delay, 'delay');
    return this.callAt(this.time() + delay, callback, args, options);
  }

  /**
   * Schedules a callback to run at `when`: **seconds**, on the clock of {@link time}.
   *
   * @throws ValueError if `when` is not a number; RuntimeError if the loop is closed. Reference: `loop.call_at()`.
   */
  override callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle {
    checkSeconds(when, 'when');
    this.#checkClosed();
    checkCallback(callback, 'callback');
    checkArgs(args);
    if (this[kDispatcher].debug) this[kCheckScheduling](callback, 'callAt');
    const timer = new TimerHandle(
      when,
      this.#sequence++,
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].debug,
    );
    this[kDispatcher].addTimer(timer);
    return timer;
  }

  /** Now, in **seconds**, on a monotonic clock. Reference: `loop.time()`. */
  override time(): number {
    return this.#host.time();
  }

  // Futures and tasks

  /** Makes a future of this loop. Reference: `loop.create_future()`. */
  override createFuture<T = unknown>(): Future<T> {
    return new Future<T>({ loop: this }, true);
  }

  /**
   * Makes a task of a coroutine function; it starts on a later iteration, unless it is to start at once.
   *
   * @param options.name the name of the task.
   * @param options.context the context to run in; by default a copy of the current one.
   * @param options.eagerStart whether it runs up to its first wait before this returns, in a loop that runs.
   * @throws TypeError unless `coro` is a coroutine function; RuntimeError if the loop is closed. Reference:
   *   `loop.create_task()`.
   */
  override createTask<T>(coro: CoroutineFunction<T>, options?: TaskOptions | null): Task<T> {
    this.#checkClosed();
    checkCoroutine(coro);
    if (!this.isRunning()) noteNeverRun(this);
    if (this.#taskFactory === null && options !== undefined) checkOptions(options, TASK);
    const { name, context, eagerStart } = options ?? {};
    if (this.#taskFactory !== null) {
      const task = this.#taskFactory(this, coro, options ?? {}) as AbstractFuture<T> as Task<T>;
      if (name !== undefined && name !== null) task.setName?.(name);
      return task;
    }
    return new Task<T>(coro, { loop: this, name, context, eagerStart }, true);
  }

  /**
   * Sets what {@link createTask} calls; `null` brings the default back.
   *
   * @throws TypeError unless it is a function or null. Reference: `loop.set_task_factory()`.
   */
  override setTaskFactory(factory: TaskFactory | null): void {
    if (factory !== null && factory !== undefined) checkCallback(factory, 'factory');
    this.#taskFactory = factory ?? null;
  }

  /** The task factory, or `null` for the default. Reference: `loop.get_task_factory()`. */
  override getTaskFactory(): TaskFactory | null {
    return this.#taskFactory;
  }

  /**
   * Adopts an async generator, so that {@link shutdownAsyncgens} closes it if nobody else has.
   *
   * @returns the generator itself.
   * @throws TypeError unless it is an async generator. Reference: what `sys.set_asyncgen_hooks()` does for every async
   *   generator in CPython.
   */
  override trackAsyncgen<G extends AsyncGenerator<unknown, unknown, unknown>>(asyncgen: G): G {
    return this.#asyncgens.track(asyncgen);
  }

  /** Closes the async generators that are still open, with their `return()`. Reference: `loop.shutdown_asyncgens()`. */
  override shutdownAsyncgens(): Future<void> {
    this.#checkClosed();
    return this.#asyncgens.shutdown();
  }

  // Executors

  /**
   * Runs a function in a pool of threads or processes.
   *
   * @param executor the pool; `null` for the default one.
   * @returns a future of the result. Reference: `loop.run_in_executor()`.
   */
  override runInExecutor<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): Future<Awaited<R>> {
    this.#checkClosed();
    checkArgs(args);
    return this.#defaultExecutor.run(executor, func, args);
  }

  /**
   * Sets the pool that {@link runInExecutor} uses by default.
   *
   * @throws TypeError unless it is a thread pool. Reference: `loop.set_default_executor()`.
   */
  override setDefaultExecutor(executor: Executor): void {
    this.#defaultExecutor.set(executor);
  }

  /**
   * Shuts the default pool down and waits for its threads.
   *
   * @param options.timeout at most so many **seconds**; then a RuntimeWarning, and the pool is terminated. Reference:
   *   `loop.shutdown_default_executor()`.
   */
  override shutdownDefaultExecutor(options?: { timeout?: number | null } | null): Future<void> {
    this.#checkClosed();
    return this.#defaultExecutor.shutdown(checkOptions(options, ['timeout']).timeout ?? null);
  }

  /**
   * Makes functions callable from another thread: there, `connectThreadsafe(port)` gives an object with the same
   * functions, each returning a promise of the result.
   *
   * @param api the functions; they run on this loop, as callbacks, and coroutine functions as tasks.
   * @returns a port to transfer to the other thread. It does not keep the process alive, and is closed with the loop.
   * @throws TypeError unless `api` is an object of functions; RuntimeError if the loop is closed. Reference: what other
   *   threads use `loop.call_soon_threadsafe()` for.
   */
  override exposeThreadsafe(api: Record<string, (...args: never[]) => unknown>): MessagePort {
    this.#checkClosed();
    return this.#exposed.expose(api) as MessagePort;
  }

  // For drivers and for the other files of this package

  /**
   * The door for a host's events: queues `callback.call(self, arg)` in the order of arrival and, if the loop sleeps,
   * runs it within the host's own callback. It runs in no particular context.
   */
  runHostEvent<S, A>(callback: (this: S, arg: A) => void, self: S, arg: A): void {
    if (this.#closed) return;
    this[kDispatcher].enqueueHostEvent(new HostEvent(callback, self, arg), true);
  }

  /**
   * {@link runHostEvent} for many events at once: runs `next.call(self)` again and again, each time for one event, until it
   * returns `false`. Every event is a callback of its own, all in one iteration, and the
   * code behind its `await`s runs before the next one: the host must not be in the middle of anything.
   */
  runHostBatch<S>(next: (this: S) => boolean, self: S): void {
    if (this.#closed) return;
    this[kDispatcher].enqueueHostEvent(new HostBatch(next, self), false);
  }

  /** What the loop runs on. */
  get host(): Host {
    return this.#host;
  }

  /** @internal */
  [kEnqueue](runnable: Runnable): void {
    if (this.#closed) throw new RuntimeError('Event loop is closed');
    this[kDispatcher].enqueue(runnable);
  }

  /** @internal */
  [kTimerCancelled](): void {
    this[kDispatcher].timers.noteCancelled();
  }

  /** A short description, for messages. */
  override toString(): string {
    const { name } = this.constructor;
    return `<${name} running=${this.isRunning()} closed=${this.isClosed()} debug=${this.getDebug()}>`;
  }

  #checkClosed(): void {
    if (this.#closed) throw new RuntimeError('Event loop is closed');
  }

  #checkCanRun(): void {
    this.#checkClosed();
    if (this.isRunning()) throw new RuntimeError('This event loop is already running');
    if (runningLoop() !== null) {
      throw new RuntimeError('Cannot run the event loop while another loop is running');
    }
  }
}

setDefaultLoopFactory(() => new CoreEventLoop());
