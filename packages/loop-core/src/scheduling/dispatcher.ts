import {
  type Carrier,
  captureWith,
  currentContext,
  runContext,
  runInCarrier,
} from '@bight/contextvars/low-level';
import { callbackSlow, loopLag } from '../debugging/channels.js';
import type { Host } from '../hosts/host.js';
import { kIsUnfinished, kRun, kSequence, kWhen } from '../internals.js';
import type { TimerHandle } from './handle.js';
import { HostBatch } from './host-batch.js';
import { ReadyQueue } from './ready-queue.js';
import { leaveRun, resumesByHand } from './resumption.js';
import { type Runnable, turn } from './runnable.js';
import { TimerHeap } from './timer-heap.js';
import { immediate } from './turn-budget.js';

/** How long a loop may go on before the platform gets its turn. */
export interface Budget {
  /** At most this many iterations in a row. */
  iterations: number;
  /** And no longer than this, in seconds; checked every few iterations. */
  seconds: number;
}

const DEFAULT_BUDGET: Budget = { iterations: 64, seconds: 0.0005 };

// Reading the clock costs as much as a callback: once in a few iterations is enough.
const ITERATIONS_PER_CLOCK_READING = 8;

const NEVER = Number.POSITIVE_INFINITY;

// Timers are late by a millisecond or two on any platform.
const LAG_WORTH_PUBLISHING_SECONDS = 0.01;

/** What a dispatcher asks of its loop's reporter. */
export interface DispatchReporter {
  /** Reports an error that escaped from a runnable. */
  escaped(error: unknown): void;
}

/** Sees what a dispatcher does: see `LoopObserver`. */
export interface DispatchObserver {
  readonly seesCallbacks: boolean;
  iterationBegan(): void;
  late(seconds: number): void;
  busy(now: number): void;
  idle(now: number, timeoutSeconds: number | null): void;
  stopped(now: number): void;
  microtasksRan(): void;
  scheduled(runnable: Runnable): void;
  run(runnable: Runnable): void;
}

/**
 * The heart of a loop: decides what runs when.
 *
 * One iteration moves the timers that are due to the ready queue, then runs exactly what was ready when it began. After
 * a callback that resumed an async function the iteration pauses until all microtasks have run, and goes on from there;
 * so coroutines and callbacks interleave as in CPython. Iterations follow each other at once while there is work,
 * within a {@link Budget}; then the host gets its turn.
 *
 * At any moment the dispatcher is either awake (running, or the host has promised to call back) or asleep (the next
 * {@link enqueue}, or the alarm, wakes it).
 *
 * @internal
 */
export class Dispatcher {
  ready = new ReadyQueue();
  readonly timers = new TimerHeap<TimerHandle>();
  readonly budget: Budget = { ...DEFAULT_BUDGET };
  isRunning = false;
  isStopping = false;
  isDebugging = false;
  /** Where the order of tasks that are ready at the same time comes from, when it is to vary. */
  shuffle: (() => number) | null = null;
  /** Sees what happens in each iteration; `null` while nothing wants to know. */
  observer: DispatchObserver | null = null;
  /** Whether it runs the callbacks, too. */
  isObserved = false;
  /** Called when a channel has subscribers that no observer serves. */
  observe: () => void = () => {};

  readonly #host: Host;
  readonly #loop: object;
  readonly #reporter: DispatchReporter;
  #isAwake = false;
  #isInIteration = false;
  #remaining = 0;
  #iterations = 0;
  #turnBegan = 0;
  #alarmAt = NEVER;
  #carrier: Carrier | null = null;
  #finished: (() => void) | null = null;

  constructor(host: Host, loop: object, reporter: DispatchReporter) {
    this.#host = host;
    this.#loop = loop;
    this.#reporter = reporter;
  }

  enqueue(runnable: Runnable): void {
    this.ready.push(runnable);
    if (this.isObserved) this.#noteScheduled(runnable);
    if (!this.#isAwake && this.isRunning) this.#wake();
  }

  /** Adds a timer, and makes a sleeping loop wake in time. */
  addTimer(timer: TimerHandle): void {
    this.timers.push(timer);
    if (!this.#isAwake && this.isRunning && timer[kWhen] < this.#alarmAt) this.#setAlarm(timer[kWhen]);
  }

  /**
   * Queues a host's event and, if the loop sleeps, runs it within the host's own callback.
   *
   * @param isInFlow - whether the platform is in the middle of something of its own, so that code behind an `await` has
   *   to wait until that is over
   */
  enqueueHostEvent(runnable: Runnable, isInFlow: boolean): void {
    this.ready.push(runnable);
    if (this.#isAwake || !this.isRunning) return;
    this.#isAwake = true;
    this.#beginTurn();
    this.#goOn(!isInFlow);
  }

  /** Starts to run; `finished` is called when it stops. */
  start(finished: () => void): void {
    this.isRunning = true;
    this.#isAwake = true;
    this.#finished = finished;
    this.#carrier = captureWith(runContext(currentContext(), this.#loop, null));
    this.#host.hold();
    this.#host.callSoon(this.#resumeInNewTurn);
  }

  /** Ends the run after the current iteration; before a run, after its first iteration. */
  stop(): void {
    this.isStopping = true;
    if (this.isRunning && !this.#isAwake) this.#wake();
  }

  #wake(): void {
    this.#isAwake = true;
    // A chain of callbacks and promises may put the loop to sleep and wake it for ever: this, too, is limited.
    if (!this.#isInIteration) this.#iterations++;
    if (this.#iterations < this.budget.iterations) this.#host.callNext(this.#resume);
    else this.#host.callSoon(this.#resumeInNewTurn);
  }

  readonly #resumeInNewTurn = (): void => {
    this.#beginTurn();
    this.#goOn(true);
  };

  readonly #resume = (): void => this.#goOn(true);

  #beginTurn(): void {
    immediate.calls = 0;
    this.#iterations = 0;
    this.#turnBegan = this.#host.time();
  }

  #goOn(maySettle: boolean): void {
    // Another loop's callback may be on the stack: preserve that loop's flag.
    const wasResumed = turn.resumed;
    turn.resumed = false;
    turn.drain++;
    if (resumesByHand) leaveRun();
    // The loop runs in the context of its start, whatever the context of the caller that woke it. Callbacks enter their
    // own.
    const carrier = this.#carrier as Carrier;
    if (this.observer !== null) runInCarrier(carrier, this.#noteBusy, this, undefined);
    let hasSettled = false;
    while (!runInCarrier(carrier, this.#iterate, this, undefined)) {
      hasSettled = maySettle && this.#host.settle?.(hasSettled) === true;
      if (!hasSettled) {
        runInCarrier(carrier, this.#awaitMicrotasks, this, undefined);
        break;
      }
      // What microtasks have begun has run as far as it can.
      if (this.isObserved) runInCarrier(carrier, this.#noteMicrotasksRan, this, undefined);
      turn.resumed = false;
      turn.drain++;
    }
    turn.resumed = wasResumed;
  }

  /** Runs what is ready, until the loop sleeps or has asked its host to call; `false` when microtasks come first. */
  #iterate(): boolean {
    for (;;) {
      if (!this.#isInIteration) this.#beginIteration();
      if (!this.#runBatch()) return false;
      this.#isInIteration = false;
      if (this.isStopping) {
        this.#finish();
        return true;
      }
      if (this.ready.length === 0 && !this.#timerIsDue()) {
        this.#sleep();
        return true;
      }
      if (this.#budgetIsSpent()) {
        this.observer?.idle(this.#host.time(), 0);
        this.#host.callSoon(this.#resumeInNewTurn);
        return true;
      }
    }
  }

  #awaitMicrotasks(): void {
    // An observer sees the microtasks of a step end, and only then the loop idle.
    if (this.#remaining > 0 || this.ready.length > 0 || this.isStopping || this.isObserved) {
      this.#host.callAfterMicrotasks(this.#resume);
    } else {
      // Nothing else to do: what the microtasks schedule will wake the loop, at the end of this iteration.
      this.#sleep();
    }
  }

  #beginIteration(): void {
    if (this.timers.size > 0) this.#collectDueTimers();
    this.#remaining = this.ready.length;
    if (this.shuffle !== null) this.ready.shuffleSteps(this.#remaining, this.shuffle);
    this.#isInIteration = true;
    if (this.observer !== null) this.observer.iterationBegan();
    if (callbackSlow.hasSubscribers && !this.isObserved) this.observe();
  }

  #collectDueTimers(): void {
    const now = this.#host.time();
    // The first one is the latest.
    const lag = now - (this.timers.peek()?.[kWhen] ?? now);
    for (
      let timer = this.timers.peek();
      timer !== undefined && timer[kWhen] <= now;
      timer = this.timers.peek()
    ) {
      this.timers.pop();
      timer[kSequence] = -1;
      this.observer?.late(now - timer[kWhen]);
      this.ready.push(timer);
    }
    if (lag > LAG_WORTH_PUBLISHING_SECONDS && loopLag.hasSubscribers) {
      loopLag.publish({ loop: this.#loop, seconds: lag });
    }
  }

  #timerIsDue(): boolean {
    const timer = this.timers.peek();
    return timer !== undefined && timer[kWhen] <= this.#host.time();
  }

  /** Runs what is left of the batch; false if microtasks have to run before it goes on. */
  #runBatch(): boolean {
    const { ready } = this;
    while (this.#remaining > 0) {
      this.#remaining--;
      const runnable = ready.shift();
      try {
        if (this.isObserved) (this.observer as DispatchObserver).run(runnable);
        else runnable[kRun]();
      } catch (error) {
        this.#reporter.escaped(error);
      }
      if (turn.resumed) {
        turn.resumed = false;
        if (runnable instanceof HostBatch && runnable[kIsUnfinished]) {
          ready.unshift(runnable);
          this.#remaining++;
        }
        return false;
      }
    }
    return true;
  }

  #budgetIsSpent(): boolean {
    const iterations = ++this.#iterations;
    if (iterations >= this.budget.iterations) return true;
    if (iterations % ITERATIONS_PER_CLOCK_READING !== 0) return false;
    return this.#host.time() - this.#turnBegan > this.budget.seconds;
  }

  #sleep(): void {
    this.#isAwake = false;
    // What the last callback resumed runs on in microtasks.
    if (this.observer !== null) this.#host.callAfterMicrotasks(this.#noteIdle);
    const timer = this.timers.peek();
    // An alarm that is set for earlier may stay: it wakes the loop once for nothing, which costs less than moving it.
    if (timer !== undefined && timer[kWhen] < this.#alarmAt) this.#setAlarm(timer[kWhen]);
  }

  // Of its own, so that `enqueue()` stays small enough for engines to compile it into its callers.
  #noteScheduled(runnable: Runnable): void {
    this.observer?.scheduled(runnable);
  }

  readonly #noteIdle = (): void => {
    if (this.#isAwake || !this.isRunning || this.observer === null) return;
    runInCarrier(this.#carrier as Carrier, this.#reportIdle, this, undefined);
  };

  #reportIdle(): void {
    const now = this.#host.time();
    const timer = this.timers.peek();
    this.observer?.idle(now, timer === undefined ? null : Math.max(0, timer[kWhen] - now));
  }

  #noteBusy(): void {
    this.observer?.busy(this.#host.time());
  }

  #noteMicrotasksRan(): void {
    this.observer?.microtasksRan();
  }

  #setAlarm(when: number): void {
    this.#alarmAt = when;
    this.#host.setAlarm(when, this.#ring);
  }

  readonly #ring = (): void => {
    this.#alarmAt = NEVER;
    if (this.#isAwake || !this.isRunning) return;
    this.#isAwake = true;
    this.#resumeInNewTurn();
  };

  #finish(): void {
    this.observer?.stopped(this.#host.time());
    this.isRunning = false;
    this.isStopping = false;
    this.#isAwake = false;
    this.#alarmAt = NEVER;
    this.#host.clearAlarm();
    this.#host.release();
    const finished = this.#finished;
    this.#finished = null;
    this.#carrier = null;
    finished?.();
  }
}
