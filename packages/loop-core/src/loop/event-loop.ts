import type { MessagePort } from 'node:worker_threads';
import type {
  AbstractFuture,
  CallOptions,
  CoroutineFunction,
  ExceptionContext,
  ExceptionHandler,
  Executor,
  ExecutorCallable,
  TaskFactory,
  TaskOptions,
} from '@bight/loop-abstract';
import { AbstractEventLoop, RuntimeError } from '@bight/loop-abstract';
import {
  checkArgs,
  checkCallback,
  checkOption,
  checkOptions,
  checkSeconds,
} from '@bight/loop-abstract/validate';
import { debugByDefault } from '../debugging/debug-mode.js';
import { formatExceptionContext } from '../debugging/format-exception-context.js';
import type { LoopStatistics } from '../debugging/loop-metrics.js';
import type { LiveHandle } from '../debugging/open-handles.js';
import { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import type { Unretrieved } from '../futures/unretrieved.js';
import { registry } from '../graph/loop-registry.js';
import { createHost } from '../hosts/create-host.js';
import type { Host } from '../hosts/host.js';
import { checkInstrument, type Instrument } from '../instruments/instrument.js';
import { LoopObserver } from '../instruments/loop-observer.js';
import {
  kDispatcher,
  kEnqueue,
  kLogDestroyPending,
  kObserver,
  kReserveTimer,
  kTasks,
  kTimerCancelled,
  kUnretrieved,
} from '../internals.js';
import { setDefaultLoopFactory } from '../policy/policy.js';
import { runningLoop } from '../policy/running-loop.js';
import { type Budget, Dispatcher } from '../scheduling/dispatcher.js';
import { type Callback, Handle, TimerHandle } from '../scheduling/handle.js';
import { HostBatch } from '../scheduling/host-batch.js';
import { HostEvent } from '../scheduling/host-event.js';
import type { Runnable } from '../scheduling/runnable.js';
import { kept } from '../scheduling/timer-place.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { Task } from '../tasks/task.js';
import { TaskList } from '../tasks/task-list.js';
import { ExposedApis } from '../threads/exposed-api.js';
import { AsyncgenTracker } from './asyncgens.js';
import { DefaultExecutor } from './executor.js';
import { Inspector } from './inspector.js';
import { forgetNeverRun, noteNeverRun } from './never-run.js';
import { Reporter } from './reporter.js';

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
 * @python asyncio.BaseEventLoop
 */
export class CoreEventLoop extends AbstractEventLoop {
  /** @internal */
  readonly [kTasks] = new TaskList<Task>();
  /** @internal */
  readonly [kDispatcher]: Dispatcher;
  /** @internal */
  readonly [kObserver] = new LoopObserver(this, () => this.#observe());

  /** @inheritDoc */
  override slowCallbackDuration = 0.1;

  readonly #host: Host;
  readonly #reporter = new Reporter(this);
  readonly #inspector = new Inspector(this);
  readonly #asyncgens = new AsyncgenTracker(this);
  readonly #defaultExecutor = new DefaultExecutor(this);
  readonly #exposed = new ExposedApis(this);
  #isClosed = false;
  #sequence = 0;
  #taskFactory: TaskFactory | null = null;

  constructor(options: CoreEventLoopOptions = {}) {
    super();
    checkOptions(options, ['host', 'budget', 'shuffle']);
    checkOptions(options.budget, ['iterations', 'seconds'], 'budget');
    this.#host = options.host ?? createHost();
    this[kDispatcher] = new Dispatcher(this.#host, this, this.#reporter);
    this[kDispatcher].observe = () => this.#observe();
    this.setDebug(debugByDefault());
    Object.assign(this[kDispatcher].budget, options.budget);
    this[kDispatcher].shuffle = options.shuffle ?? null;
    this.#host.attach?.(this);
    registry.add(this);
  }

  // Running and stopping

  /** @inheritDoc */
  override async runForever(): Promise<void> {
    this.#checkCanRun();
    forgetNeverRun(this);
    await new Promise<void>((resolve) => this[kDispatcher].start(resolve));
  }

  /** @inheritDoc */
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

  /** @inheritDoc */
  override stop(): void {
    this[kDispatcher].stop();
  }

  /** @inheritDoc */
  override isRunning(): boolean {
    return this[kDispatcher].isRunning;
  }

  /** @inheritDoc */
  override isClosed(): boolean {
    return this.#isClosed;
  }

  /** @inheritDoc */
  override close(): void {
    if (this.isRunning()) throw new RuntimeError('Cannot close a running event loop');
    if (this.#isClosed) return;
    this.#isClosed = true;
    registry.remove(this);
    forgetNeverRun(this);
    this[kDispatcher].ready.clear();
    this[kDispatcher].timers.clear();
    this.#host.clearAlarm();
    this.#host.release();
    this.#defaultExecutor.close();
    this.#exposed.close();
    this.#host.close?.();
    this.#reporter.reportLeftovers();
  }

  // Scheduling

  /** @inheritDoc */
  override callSoon<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle {
    this.#checkClosed();
    checkCallback(callback, 'callback');
    checkArgs(args);
    // A twin of `callSoonThreadsafe()`, which does not ask in debug mode in which thread it is called. Every callback
    // comes through here, so there is no call between.
    if (this[kDispatcher].isDebugging) this.#reporter.checkScheduling(callback, 'callSoon');
    const handle = new Handle(
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].isDebugging,
    );
    this[kDispatcher].enqueue(handle);
    return handle;
  }

  /** @inheritDoc */
  override callSoonThreadsafe<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle {
    this.#checkClosed();
    checkCallback(callback, 'callback');
    checkArgs(args);
    if (this[kDispatcher].isDebugging) this.#reporter.checkCallback(callback, 'callSoonThreadsafe');
    const handle = new Handle(
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].isDebugging,
    );
    this[kDispatcher].enqueue(handle);
    return handle;
  }

  /** @inheritDoc */
  override callLater<A extends unknown[]>(
    delay: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle {
    checkSeconds(delay, 'delay');
    const { resolution } = this.#host;
    const seconds = resolution !== undefined && delay > 0 && delay < resolution ? resolution : delay;
    return this.callAt(this.time() + seconds, callback, args, options);
  }

  /** @inheritDoc */
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
    if (this[kDispatcher].isDebugging) this.#reporter.checkScheduling(callback, 'callAt');
    const timer = new TimerHandle(
      when,
      kept.place ?? this.#sequence++,
      callback as Callback,
      args ?? undefined,
      this,
      checkOption(options, 'context').context,
      this[kDispatcher].isDebugging,
    );
    this[kDispatcher].addTimer(timer);
    return timer;
  }

  /** @internal */
  [kReserveTimer](): number {
    return this.#sequence++;
  }

  /** @inheritDoc */
  override time(): number {
    return this.#host.time();
  }

  // Futures and tasks

  /** @inheritDoc */
  override createFuture<T = unknown>(): Future<T> {
    return new Future<T>({ loop: this }, true);
  }

  /** @inheritDoc */
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

  /** @inheritDoc */
  override setTaskFactory(factory: TaskFactory | null): void {
    if (factory !== null && factory !== undefined) checkCallback(factory, 'factory');
    this.#taskFactory = factory ?? null;
  }

  /** @inheritDoc */
  override getTaskFactory(): TaskFactory | null {
    return this.#taskFactory;
  }

  /** @inheritDoc */
  override trackAsyncgen<G extends AsyncGenerator<unknown, unknown, unknown>>(asyncgen: G): G {
    return this.#asyncgens.track(asyncgen);
  }

  /** @inheritDoc */
  override shutdownAsyncgens(): Future<void> {
    this.#checkClosed();
    return this.#asyncgens.shutdown();
  }

  // Executors

  /** @inheritDoc */
  override runInExecutor<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): Future<Awaited<R>> {
    this.#checkClosed();
    checkArgs(args);
    return this.#defaultExecutor.run(executor, func, args);
  }

  /** @inheritDoc */
  override setDefaultExecutor(executor: Executor): void {
    this.#defaultExecutor.set(executor);
  }

  /** @inheritDoc */
  override shutdownDefaultExecutor(options?: { timeout?: number | null } | null): Future<void> {
    this.#checkClosed();
    return this.#defaultExecutor.shutdown(checkOptions(options, ['timeout']).timeout ?? null);
  }

  /** @inheritDoc */
  override exposeThreadsafe(api: Record<string, (...args: never[]) => unknown>): MessagePort {
    this.#checkClosed();
    return this.#exposed.expose(api) as MessagePort;
  }

  // Errors, and debug mode

  /** @inheritDoc */
  override setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null && handler !== undefined) checkCallback(handler, 'handler');
    this.#reporter.handler = handler ?? null;
  }

  /** @inheritDoc */
  override getExceptionHandler(): ExceptionHandler | null {
    return this.#reporter.handler;
  }

  /** @inheritDoc */
  override defaultExceptionHandler(context: ExceptionContext): void {
    console.error(formatExceptionContext(context));
  }

  /** @inheritDoc */
  override callExceptionHandler(context: ExceptionContext): void {
    this.#reporter.report(context);
  }

  /** @inheritDoc */
  override getDebug(): boolean {
    return this[kDispatcher].isDebugging;
  }

  /** @inheritDoc */
  override setDebug(enabled: boolean): void {
    this[kDispatcher].isDebugging = Boolean(enabled);
    this.#observe();
  }

  // What is in the loop

  /**
   * How the loop is doing: what is queued, how many iterations it ran, which part of the time it was busy, and how late
   * its timers are. The first call begins to measure; until then measuring costs nothing.
   */
  statistics(): LoopStatistics {
    return this.#inspector.statistics();
  }

  /**
   * Calls the hooks of an instrument from now on; adding it again has no effect. A loop without instruments pays
   * nothing for them. What the hooks set in contexts is discarded. An instrument that throws is reported to the
   * exception handler, and removed.
   *
   * @param instrument - an object with any of the hooks of {@link Instrument}, which are called as its methods
   * @throws {TypeError} when it has hooks that there are not, or that are no functions
   */
  addInstrument(instrument: Instrument): void {
    this.#checkClosed();
    this[kObserver].instruments.add(checkInstrument(instrument));
  }

  /**
   * Removes an instrument.
   *
   * @returns whether it was there
   */
  removeInstrument(instrument: Instrument): boolean {
    return this[kObserver].instruments.remove(instrument);
  }

  /**
   * What is open in the loop: tasks that are not done (except the calling one), timers that are set, and the
   * transports, servers, processes and watched descriptors that the add-ons have registered with `trackHandle()`.
   * Each call may give new records: compare their `handle`.
   */
  liveHandles(): LiveHandle[] {
    return this.#inspector.liveHandles();
  }

  /**
   * Checks, usually at the end of a test, that nothing was left open.
   *
   * @throws {LeakError} that names everything of {@link liveHandles}, in debug mode with the place where it was made
   */
  assertNoLeaks(): void {
    this.#inspector.assertNoLeaks();
  }

  // For drivers and for the other files of this package

  /**
   * The door for a host's events: queues `callback.call(self, arg)` in the order of arrival and, if the loop sleeps,
   * runs it within the host's own callback. It runs in no particular context.
   */
  runHostEvent<S, A>(callback: (this: S, arg: A) => void, self: S, arg: A): void {
    if (this.#isClosed) return;
    this[kDispatcher].enqueueHostEvent(new HostEvent(callback, self, arg), true);
  }

  /**
   * {@link runHostEvent} for many events at once: runs `next.call(self)` again and again, each time for one event,
   * until it returns `false`. Every event is a callback of its own, all in one iteration, and the code behind its
   * `await`s runs before the next one: the host must not be in the middle of anything.
   */
  runHostBatch<S>(next: (this: S) => boolean, self: S): void {
    if (this.#isClosed) return;
    this[kDispatcher].enqueueHostEvent(new HostBatch(next, self), false);
  }

  /** What the loop runs on. */
  get host(): Host {
    return this.#host;
  }

  /** @internal */
  get [kUnretrieved](): Set<Unretrieved> {
    return this.#reporter.unretrieved;
  }

  /** @internal */
  [kEnqueue](runnable: Runnable): void {
    if (this.#isClosed) throw new RuntimeError('Event loop is closed');
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

  /** Gives the dispatcher and the list of tasks the observer, if there is anything to call it for. */
  #observe(): void {
    const observer = this[kObserver];
    const { hooked } = observer.instruments;
    this[kDispatcher].observer = observer.isNeeded ? observer : null;
    this[kDispatcher].isObserved = observer.seesCallbacks;
    this[kTasks].observer = hooked.taskSpawned.length + hooked.taskDone.length > 0 ? observer : null;
  }

  #checkClosed(): void {
    if (this.#isClosed) throw new RuntimeError('Event loop is closed');
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
