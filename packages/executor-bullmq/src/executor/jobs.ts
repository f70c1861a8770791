import type { FutureLoop } from '@bight/loop-core';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { Broker, BrokerEvents, Outcome, QueueState, Submission } from '../broker.js';
import type { CheckedCommonOptions } from '../options/queue-options.js';
import { Entry } from './entry.js';
import { QueueFuture } from './queue-future.js';

/** What distinguishes an executor on a queue from a local one. */
export interface JobsPlan extends CheckedCommonOptions {
  readonly onState?: ((state: QueueState) => unknown) | null;
  connect(events: BrokerEvents): Broker;
}

/** The jobs of one executor, by id, and the futures that stand for them. */
export class Jobs implements BrokerEvents {
  /** What keeps the jobs. */
  readonly broker: Broker;
  /** Whether no more jobs are taken. */
  isClosing = false;
  readonly #onState: ((state: QueueState) => unknown) | null;
  readonly #entries = new Map<string, Entry>();
  readonly #closed: Promise<void>;
  #close!: (closed: Promise<void>) => void;
  #isClosed = false;

  constructor(plan: JobsPlan) {
    this.#onState = plan.onState ?? null;
    this.#closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.broker = plan.connect(this);
  }

  /** See `QueueExecutor.state`. */
  get state(): QueueState {
    return this.#isClosed ? 'closed' : this.broker.state;
  }

  /** Takes a job, or joins the one with the same id that is under way. */
  submit(
    loop: FutureLoop,
    submission: Submission,
    onProgress: ((value: unknown) => unknown) | null,
  ): QueueFuture<unknown> {
    const { id } = submission;
    const known = this.#entries.get(id);
    const entry = known === undefined || known.isLeaving ? new Entry() : known;
    const future = new QueueFuture<unknown>(loop, id, {
      abandon: () => this.#abandon(id, entry, future),
      isRunning: () => entry.isRunning,
    });
    entry.futures.add(future);
    if (onProgress !== null) entry.listen(future, onProgress);
    if (known === undefined) this.#begin(entry, submission);
    else if (entry !== known) this.#beginAfter(known, entry, submission);
    return future;
  }

  /** Takes no more jobs. The promise resolves once the last one has ended and the queue is closed. */
  shutdown(cancelFutures: boolean): Promise<void> {
    this.isClosing = true;
    if (cancelFutures) {
      for (const entry of [...this.#entries.values()])
        for (const future of entry.futures) cancelOnLoop(future);
    }
    this.#finishIfDone();
    return this.#closed;
  }

  onBegun(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.isRunning = true;
  }

  onProgress(id: string, value: unknown): void {
    const listeners = this.#entries.get(id)?.listeners ?? [];
    for (const [future, listener] of listeners) {
      // What a listener throws is reported by the loop, as for any callback.
      if (!isClosed(future)) loopOf(future).callSoonThreadsafe(listener as (value: unknown) => void, [value]);
    }
  }

  onEnd(id: string, outcome: Outcome): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    for (const future of entry.futures) settle(future, outcome);
    entry.next?.();
    this.#finishIfDone();
  }

  onState(state: QueueState): void {
    this.#onState?.(state);
  }

  #begin(entry: Entry, submission: Submission): void {
    // All of its futures were cancelled while it waited for an earlier job with its key.
    if (entry.futures.size === 0) return;
    this.#entries.set(submission.id, entry);
    try {
      this.broker.submit(submission);
    } catch (error) {
      this.onEnd(submission.id, { state: 'failed', error });
    }
  }

  /** An earlier job with the same key has been withdrawn and has not ended. */
  #beginAfter(earlier: Entry, entry: Entry, submission: Submission): void {
    const before = earlier.next;
    earlier.next = () => {
      before?.();
      if (before !== null) this.#joinOrBegin(entry, submission);
      else this.#begin(entry, submission);
    };
  }

  /** Of several submissions that waited for the same end, the first makes the job and the others join it. */
  #joinOrBegin(entry: Entry, submission: Submission): void {
    const live = this.#entries.get(submission.id);
    if (live === undefined) {
      this.#begin(entry, submission);
      return;
    }
    for (const future of entry.futures) live.futures.add(future);
    for (const [future, listener] of entry.listeners ?? []) live.listen(future, listener);
    entry.mergedInto = live;
  }

  #abandon(id: string, first: Entry, future: QueueFuture<unknown>): void {
    const entry = first.mergedInto ?? first;
    entry.futures.delete(future);
    entry.listeners?.delete(future);
    if (entry.futures.size > 0 || entry.isLeaving) return;
    entry.isLeaving = true;
    if (this.#entries.get(id) === entry) this.broker.withdraw(id);
  }

  #finishIfDone(): void {
    if (!this.isClosing || this.#entries.size > 0 || this.#isClosed) return;
    this.#isClosed = true;
    this.#close(this.broker.close());
  }
}

function settle(future: QueueFuture<unknown>, outcome: Outcome): void {
  enterFromHost(loopOf(future), settleNow, future, outcome);
}

function settleNow(this: QueueFuture<unknown>, outcome: Outcome): void {
  if (this.done()) return;
  if (outcome.state === 'returned') this.setResult(outcome.value);
  else if (outcome.state === 'failed')
    this.setException(outcome.error ?? new Error(`a job threw ${outcome.error}`));
  else this.cancel();
}

function cancelOnLoop(future: QueueFuture<unknown>): void {
  if (isClosed(future)) future.cancel();
  else enterFromHost(loopOf(future), settleNow, future, { state: 'cancelled' });
}

function loopOf(future: QueueFuture<unknown>) {
  return future.getLoop();
}

function isClosed(future: QueueFuture<unknown>): boolean {
  return loopOf(future).isClosed();
}
