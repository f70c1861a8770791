import type { AbstractTask, ErrorHandlingLoop } from '@bight/loop-abstract';
import { callbackSlow } from '../debugging/channels.js';
import { LoopMetrics } from '../debugging/loop-metrics.js';
import type { LiveHandle } from '../debugging/open-handles.js';
import { kIsCancelled, kRun } from '../internals.js';
import { Handle } from '../scheduling/handle.js';
import { taskOfRunnable } from '../scheduling/resumed-task.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import type { Instrument } from './instrument.js';
import { type Hooked, InstrumentList } from './instrument-list.js';

/** What an observer needs of its loop. */
export interface ObservedLoop extends ErrorHandlingLoop {
  slowCallbackDuration: number;
  time(): number;
  getDebug(): boolean;
}

/** A callback or a step of a task that runs, or whose microtasks run. */
interface Extent {
  readonly handle: Handle | AbstractTask;
  readonly isStep: boolean;
  readonly began: number;
  /** The instruments that saw it begin. */
  readonly hooked: Hooked;
}

/**
 * The one place that sees what a loop does: for its instruments, for `statistics()`, for the slow callbacks of
 * debug mode, and for the channels. The dispatcher and the list of tasks call it only while one of these wants to know.
 *
 * @internal
 */
export class LoopObserver {
  /** Measures, from the first call of `statistics()` on. */
  metrics: LoopMetrics | null = null;
  readonly instruments: InstrumentList;
  readonly #loop: ObservedLoop;
  readonly #open: Extent[] = [];
  #polling: Hooked | null = null;

  /** @param changed - called when what is to be observed may have changed */
  constructor(loop: ObservedLoop, changed: () => void) {
    this.#loop = loop;
    this.instruments = new InstrumentList(loop, changed);
  }

  /** Whether the dispatcher has to call this for each callback. */
  get seesCallbacks(): boolean {
    return this.instruments.hasCallbackHooks || this.#loop.getDebug() || callbackSlow.hasSubscribers;
  }

  /** Whether there is anything to call this for. */
  get isNeeded(): boolean {
    return this.metrics !== null || this.seesCallbacks || this.instruments.size > 0;
  }

  /** Begins to measure. */
  measure(now: number, isBusy: boolean): LoopMetrics {
    this.metrics ??= new LoopMetrics(now, isBusy);
    return this.metrics;
  }

  // Called by the dispatcher, at most once in an iteration

  iterationBegan(): void {
    if (this.metrics !== null) this.metrics.iterations++;
  }

  late(seconds: number): void {
    this.metrics?.late(seconds);
  }

  /** The loop goes on: because an event came, or because the microtasks have run. */
  busy(now: number): void {
    this.microtasksRan();
    this.metrics?.busy(now);
    if (this.#polling === null) return;
    const hooked = this.#polling;
    this.#polling = null;
    this.instruments.call('afterPoll', [], hooked);
  }

  /** The platform has its turn. @param timeoutSeconds how long at most, unless something happens; `null` for ever */
  idle(now: number, timeoutSeconds: number | null): void {
    this.microtasksRan();
    this.metrics?.idle(now);
    if (this.#polling !== null) return;
    this.#polling = this.instruments.hooked;
    this.instruments.call('beforePoll', [timeoutSeconds]);
  }

  /** The loop ends. */
  stopped(now: number): void {
    this.microtasksRan();
    this.metrics?.idle(now);
  }

  // Called by the dispatcher, for each callback

  scheduled(runnable: Runnable): void {
    if (this.instruments.hooked.taskScheduled.length === 0) return;
    const task = taskOfRunnable(runnable) as AbstractTask | null;
    if (task !== null) this.instruments.call('taskScheduled', [task]);
  }

  /** Runs a runnable, with all that belongs to it. */
  run(runnable: Runnable): void {
    const task = taskOfRunnable(runnable) as AbstractTask | null;
    if (task === null && (runnable as { [kIsCancelled]?: boolean })[kIsCancelled] === true) {
      runnable[kRun]();
      return;
    }
    this.#begin(task ?? this.#asHandle(runnable), task !== null);
    try {
      runnable[kRun]();
    } finally {
      if (turn.resumed) this.instruments.call('beforeMicrotasks', []);
      else this.microtasksRan();
    }
  }

  /** Runs the first step of a task that starts within the callback that made it. */
  runEagerly(task: AbstractTask & Runnable): void {
    this.#begin(task, true);
    const depth = this.#open.length;
    try {
      task[kRun]();
    } finally {
      // What is left of the step are microtasks, which run behind the whole callback.
      if (!turn.resumed || depth === 1) while (this.#open.length >= depth) this.#end();
    }
  }

  /** What the last callback has caused has run to its end. */
  microtasksRan(): void {
    while (this.#open.length > 0) this.#end();
  }

  #begin(handle: Handle | AbstractTask, isStep: boolean): void {
    const { hooked } = this.instruments;
    this.instruments.call(isStep ? 'beforeTaskStep' : 'beforeCallback', [handle]);
    this.#open.push({ handle, isStep, began: this.#loop.time(), hooked });
  }

  #end(): void {
    const { handle, isStep, began, hooked } = this.#open.pop() as Extent;
    const seconds = this.#loop.time() - began;
    this.instruments.call(isStep ? 'afterTaskStep' : 'afterCallback', [handle], hooked);
    if (seconds < this.#loop.slowCallbackDuration) return;
    if (this.#loop.getDebug()) console.warn(`Executing ${handle} took ${seconds.toFixed(3)} seconds`);
    this.instruments.call('callbackSlow', [handle, seconds]);
    if (callbackSlow.hasSubscribers) callbackSlow.publish({ loop: this.#loop, handle, seconds });
  }

  /** What the host reported has no handle in this loop, as it would have in asyncio. */
  #asHandle(runnable: Runnable): Handle {
    if (runnable instanceof Handle) return runnable;
    const callback = () => {};
    Object.defineProperty(callback, 'name', { value: String(runnable) });
    return new Handle(callback, undefined, this.#loop, undefined, false);
  }

  // Called where tasks and handles begin and end

  taskSpawned(task: AbstractTask): void {
    this.instruments.call('taskSpawned', [task]);
  }

  taskDone(task: AbstractTask): void {
    this.instruments.call('taskDone', [task]);
  }

  /** Whether an instrument wants to know what is opened and closed. */
  get seesHandles(): boolean {
    const { handleOpened, handleClosed } = this.instruments.hooked;
    return handleOpened.length + handleClosed.length > 0;
  }

  handleOpened(resource: LiveHandle): void {
    this.instruments.call('handleOpened', [resource]);
  }

  handleClosed(resource: LiveHandle): void {
    this.instruments.call('handleClosed', [resource]);
  }

  add(instrument: Instrument): void {
    this.instruments.add(instrument);
  }

  remove(instrument: Instrument): boolean {
    return this.instruments.remove(instrument);
  }
}
