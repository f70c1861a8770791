// An event loop written from the interfaces alone: callbacks, timers, futures, tasks, and error handling. The add-ons
// need no more. docs/custom-loops.md describes it.
import { type Context, copyContext } from '@bight/contextvars';
import { capture, currentRunContext, type RunContext, runContext, runIn } from '@bight/contextvars/low-level';
import * as bight from '@bight/loop-abstract';
import { checkArgs, checkCallback, checkSeconds, typeError } from '@bight/loop-abstract/validate';

type Callback = (...args: never[]) => unknown;
type Args = readonly unknown[] | null;
type Options = bight.CallOptions | null;
type Waiting = bight.AwaitingTask | null | undefined;
type Coro<T> = bight.CoroutineFunction<T>;
type Reaction<V, R> = ((value: V) => R | PromiseLike<R>) | null;

class CustomHandle implements bight.TimerHandle {
  readonly #carrier = capture(); // every AsyncLocalStorage, as it is now
  readonly #runContext: RunContext; // says whose callback this is: getRunningLoop() looks there
  readonly #call: () => unknown;
  #isCancelled = false;
  readonly when: () => number;

  constructor(loop: CustomLoop, callback: Callback, args?: Args, options?: Options, due = 0) {
    checkCallback(callback);
    this.#call = callback.bind(null, ...(checkArgs(args) as never[]));
    this.#runContext = runContext(options?.context ?? copyContext(), loop, null);
    this.when = () => due;
  }

  getContext = (): Context => this.#runContext.context;
  cancelled = (): boolean => this.#isCancelled;
  cancel = (): true => (this.#isCancelled = true);
  run = (): void => runIn(this.#carrier, this.#runContext, this.#run, this, undefined);

  #run(): void {
    try {
      if (!this.#isCancelled) this.#call();
    } catch (error) {
      (this.#runContext.loop as CustomLoop).report('Exception in callback', error, { handle: this });
    }
  }
}

class CustomFuture<T = unknown> implements bight.AbstractFuture<T> {
  #outcome: 'result' | 'exception' | 'cancel' | null = null;
  #value: unknown;
  #waiting: { callback: unknown; handle: CustomHandle }[] = [];

  constructor(readonly loop: CustomLoop) {}

  getLoop = (): bight.AbstractEventLoop => this.loop.self;
  done = (): boolean => this.#outcome !== null;
  cancelled = (): boolean => this.#outcome === 'cancel';
  setResult = (result: T): void => this.end('result', result);
  setException = (exception: Error): void =>
    this.end('exception', exception ?? fail(typeError('exception', 'an Error', exception)));

  cancel(message?: string | null): boolean {
    if (this.done()) return false;
    this.end('cancel', message ?? undefined);
    return true;
  }

  /** Waiters are called through the loop, in order, and never at once. */
  protected end(outcome: 'result' | 'exception' | 'cancel', value: unknown): void {
    if (this.done()) throw new bight.InvalidStateError('The future is done already.');
    this.#outcome = outcome;
    this.#value = value;
    this.loop.tasks.delete(this);
    if (outcome === 'exception') this.loop.unretrieved.add(this);
    for (const { handle } of this.#waiting.splice(0)) this.loop.enqueue(handle);
  }

  exception(): Error | null {
    if (!this.done()) throw new bight.InvalidStateError('The future is not done.');
    if (this.cancelled()) throw new bight.CancelledError(this.#value as string | undefined);
    this.loop.unretrieved.delete(this);
    return this.#outcome === 'exception' ? (this.#value as Error) : null;
  }

  result(): T {
    if (this.exception() !== null) throw this.#value;
    return this.#value as T;
  }

  addDoneCallback(callback: (future: this) => unknown, options?: Options): void {
    const handle = new CustomHandle(this.loop, callback, [this], options);
    if (this.done()) this.loop.enqueue(handle);
    else this.#waiting.push({ callback, handle });
  }

  removeDoneCallback(callback: (future: this) => unknown): number {
    const before = this.#waiting;
    this.#waiting = before.filter((entry) => entry.callback !== callback);
    return before.length - this.#waiting.length;
  }

  /** `await` calls this inside the awaiting task, so that the future and the task know each other for a cancel. */
  then<A = T, B = never>(onFulfilled?: Reaction<T, A>, onRejected?: Reaction<unknown, B>): Promise<A | B> {
    return this.#wait(currentRunContext()?.task as Waiting).then(onFulfilled, onRejected);
  }

  async #wait(task: Waiting): Promise<T> {
    if (this.done()) return this.result();
    task?.awaiting(this);
    await new Promise<void>((resolve) => this.addDoneCallback(() => resolve()));
    const cancel = task?.resuming(this);
    if (cancel) throw cancel;
    return this.result();
  }

  catch = <R = never>(onRejected?: Reaction<unknown, R>) => this.then(null, onRejected);
  finally = (onFinally?: (() => void) | null) => this.then().finally(onFinally);

  *[Symbol.iterator](): bight.Coroutine<T> {
    if (!this.done()) yield this;
    return this.result();
  }
}

let tasksMade = 0;

class CustomTask<T> extends CustomFuture<T> implements bight.AbstractTask<T>, bight.AwaitingTask {
  readonly #aborter = new AbortController();
  readonly signal = this.#aborter.signal;
  readonly #awaited = new Set<bight.AbstractFuture>();
  readonly #runContext: RunContext; // says whose code this is: futures look there for who awaits them
  readonly getCoro: () => Coro<T>;
  #name: string;
  #cancel: bight.CancelledError | null = null; // asked for, and not thrown into the coroutine yet
  #cancelling = 0;

  constructor(loop: CustomLoop, coro: Coro<T>, options: bight.TaskOptions) {
    checkCallback(coro, 'coro');
    super(loop);
    this.getCoro = () => coro;
    this.#name = options.name ?? `Task-${++tasksMade}`;
    this.#runContext = runContext(options.context ?? copyContext(), loop, this);
    loop.tasks.add(this);
    if (options.eagerStart && loop.isRunning()) this.#start();
    else loop.callSoon(this.#start);
  }

  getContext = (): Context => this.#runContext.context;
  getName = (): string => this.#name;
  setName = (name: string): string => (this.#name = String(name));
  getStack = (): string[] => [];
  printStack = (): void => console.error(`No stack for ${this.#name}`);
  cancelling = (): number => this.#cancelling;
  uncancel = (): number => (this.#cancelling = Math.max(0, this.#cancelling - 1));
  override setResult = (): never => fail(new bight.RuntimeError('Only its coroutine ends a task'));
  override setException = this.setResult;
  #start = (): void => void runIn(capture(), this.#runContext, this.#run, this, undefined);

  /** Runs the coroutine from beginning to end, in the task's context, and in a run context that names the task. */
  async #run(): Promise<void> {
    try {
      if (this.#cancel !== null) throw this.#cancel;
      const started = this.getCoro()();
      const value = 'next' in started ? await this.#drive(started) : await started;
      if (this.#cancel !== null) throw this.#cancel;
      this.end('result', value);
    } catch (error) {
      if (error instanceof bight.CancelledError) this.end('cancel', error.message);
      else this.end('exception', error);
    }
  }

  async #drive(body: bight.Coroutine<T>): Promise<T> {
    let step = body.next();
    while (!step.done) {
      try {
        await (step.value ?? new Promise((resolve) => this.loop.callSoon(resolve)));
        const cancel = this.resuming(null);
        step = cancel === null ? body.next() : body.throw(cancel);
      } catch (error) {
        step = body.throw(error); // when it was the generator that threw, it is over, and throws this again
      }
    }
    return step.value;
  }

  override cancel(message?: string | null): boolean {
    if (this.done()) return false;
    this.#cancelling++;
    this.#cancel = new bight.CancelledError(message ?? undefined);
    this.#aborter.abort(this.#cancel);
    for (const future of this.#awaited) if (future.cancel(message)) this.#cancel = null;
    return true;
  }

  /** Called by a future for which the coroutine now waits. There can be several, under Promise.all. */
  awaiting(future: bight.AbstractFuture): void {
    this.#awaited.add(future);
    if (this.#cancel !== null && future.cancel(this.#cancel.message)) this.#cancel = null;
  }

  /** Called by a future that is done, before the coroutine goes on. Returns a cancel that came in between. */
  resuming(future: bight.AbstractFuture | null): bight.CancelledError | null {
    if (future !== null) this.#awaited.delete(future);
    const cancel = this.#cancel;
    this.#cancel = null;
    return future?.cancelled() ? null : cancel;
  }
}

export class CustomLoop implements bight.SchedulingLoop, bight.TaskLoop, bight.ErrorHandlingLoop {
  readonly self = this as unknown as bight.AbstractEventLoop; // as an interface with every capability
  readonly tasks = new Set<object>(); // not done: run() cancels what is left
  readonly unretrieved = new Set<bight.AbstractFuture>(); // failed, and never retrieved
  readonly #asyncgens = new Set<AsyncGenerator<unknown, unknown, unknown>>();
  #ready: CustomHandle[] = [];
  #timers: CustomHandle[] = []; // the first to come in front; for many timers, a heap
  #isRunning = false;
  #isStopping = false;
  #isClosed = false;
  #wake = (): void => {};
  #taskFactory: bight.TaskFactory | null = null;
  #exceptionHandler: bight.ExceptionHandler | null = null;

  isRunning = (): boolean => this.#isRunning;
  isClosed = (): boolean => this.#isClosed;
  #msToTimer = (): number => ((this.#timers[0]?.when() ?? Number.POSITIVE_INFINITY) - this.time()) * 1000;
  time = (): number => performance.now() / 1000;

  async runForever(): Promise<void> {
    this.#checkCanRun();
    this.#isRunning = true;
    do {
      await this.#hostsTurn();
      while (this.#msToTimer() <= 0) this.#ready.push(this.#timers.shift()!);
      // Callbacks that these schedule belong to the next iteration.
      for (const handle of this.#ready.splice(0)) {
        handle.run();
        // Ticks run when no microtask is left: when the resumed code has reached its next wait.
        await new Promise<void>((resolve) => queueMicrotask(() => process.nextTick(resolve)));
      }
    } while (!this.#isStopping);
    this.#isRunning = this.#isStopping = false;
  }

  /** Returns to Node.js until there is work, but at least for one turn, so that I/O does not starve. */
  #hostsTurn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ready.length > 0 || this.#isStopping || this.#msToTimer() <= 0)
        return void setImmediate(resolve);
      const timer = setTimeout(resolve, Math.min(Math.ceil(this.#msToTimer()), 2 ** 31 - 1));
      this.#wake = () => resolve(clearTimeout(timer));
    });
  }

  async runUntilComplete<T>(awaitable: PromiseLike<T> | Coro<T>): Promise<T> {
    this.#checkCanRun();
    const isFuture = typeof awaitable === 'object' && 'addDoneCallback' in awaitable;
    const coro = typeof awaitable === 'function' ? awaitable : () => awaitable;
    const future = isFuture ? (awaitable as bight.AbstractFuture<T>) : this.createTask(coro);
    future.addDoneCallback(this.stop);
    await this.runForever();
    future.removeDoneCallback(this.stop);
    if (!future.done()) throw new bight.RuntimeError('Event loop stopped before Future completed.');
    return future.result();
  }

  stop = (): void => {
    this.#isStopping = true;
    this.#wake();
  };

  close(): void {
    if (this.#isRunning) throw new bight.RuntimeError('Cannot close a running event loop');
    this.#isClosed = true;
    this.#ready = this.#timers = [];
    for (const future of this.unretrieved) this.report('Never retrieved', future.exception(), { future });
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new bight.RuntimeError('Event loop is closed');
  }

  #checkCanRun(): void {
    this.#checkOpen();
    const current = currentRunContext()?.loop as CustomLoop | undefined;
    if (this.#isRunning || current?.isRunning())
      throw new bight.RuntimeError('An event loop is running already');
  }

  callSoon = (callback: Callback, args?: Args, options?: Options): CustomHandle =>
    this.enqueue(new CustomHandle(this, callback, args, options));
  callSoonThreadsafe = this.callSoon;
  callLater = (delay: number, callback: Callback, args?: Args, options?: Options): CustomHandle =>
    this.callAt(this.time() + checkSeconds(delay, 'delay'), callback, args, options);

  callAt(when: number, callback: Callback, args?: Args, options?: Options): CustomHandle {
    this.#checkOpen();
    const handle = new CustomHandle(this, callback, args, options, checkSeconds(when, 'when'));
    // After timers of the same time: first scheduled, first run.
    this.#timers.splice(this.#timers.findLastIndex((timer) => timer.when() <= when) + 1, 0, handle);
    this.#wake();
    return handle;
  }

  enqueue(handle: CustomHandle): CustomHandle {
    this.#checkOpen();
    this.#ready.push(handle);
    this.#wake();
    return handle;
  }

  createFuture = <T = unknown>(): bight.AbstractFuture<T> => new CustomFuture<T>(this);

  createTask<T>(coro: Coro<T>, options?: bight.TaskOptions | null): bight.AbstractTask<T> {
    this.#checkOpen();
    const made = this.#taskFactory?.(this.self, coro, options ?? {}) as bight.AbstractTask<T> | undefined;
    return made ?? new CustomTask(this, coro, options ?? {});
  }

  unfinishedTasks = () => this.tasks as Iterable<bight.AbstractTask<unknown>>;
  getTaskFactory = (): bight.TaskFactory | null => this.#taskFactory;
  setTaskFactory(factory: bight.TaskFactory | null): void {
    if (factory !== null) checkCallback(factory, 'factory');
    this.#taskFactory = factory;
  }

  trackAsyncgen<G extends AsyncGenerator<unknown, unknown, unknown>>(asyncgen: G): G {
    this.#asyncgens.add(asyncgen);
    return asyncgen;
  }

  shutdownAsyncgens(): bight.AbstractFuture<void> {
    return this.createTask(async () => {
      for (const asyncgen of this.#asyncgens) {
        await asyncgen.return(undefined).catch((error) => this.report('Closing failed', error, { asyncgen }));
      }
    });
  }

  getExceptionHandler = (): bight.ExceptionHandler | null => this.#exceptionHandler;
  setExceptionHandler(handler: bight.ExceptionHandler | null): void {
    if (handler !== null) checkCallback(handler, 'handler');
    this.#exceptionHandler = handler;
  }

  defaultExceptionHandler = (context: bight.ExceptionContext): void => console.error(context);
  report = (message: string, error: unknown, origin: Partial<bight.ExceptionContext>): void =>
    this.callExceptionHandler({ message, exception: error as Error, ...origin });

  callExceptionHandler(context: bight.ExceptionContext): void {
    try {
      if (this.#exceptionHandler === null) this.defaultExceptionHandler(context);
      else this.#exceptionHandler(this.self, context);
    } catch (error) {
      console.error('Unhandled error in exception handler', error, context);
    }
  }
}

function fail(error: Error): never {
  throw error;
}
