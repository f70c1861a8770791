import v8 from 'node:v8';
import { BrokenExecutor } from '@bight/executors';
import { deserialize, serialize } from '@bight/executors/low-level';
import type {
  Broker,
  BrokerEvents,
  DeadLetter,
  Outcome,
  QueueState,
  QueueStatistics,
  Submission,
} from '../broker.js';
import type { CheckedLocalOptions } from '../options/local-options.js';
import { fileNameOf } from '../running/module-functions.js';
import { failureOf } from '../values/failure.js';
import { JobList } from './job-list.js';
import { LocalJob } from './local-job.js';
import type { FromWorker } from './worker-messages.js';
import { WorkerProcess, workerFile } from './worker-process.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, queueMicrotask, setTimeout } = globalThis;

/** How often a job may lose its worker before it counts as one that kills workers. */
const MOST_DEATHS = 3;
/** How many dead letters are kept. */
const MOST_DEAD_LETTERS = 10_000;
/** Longer delays overflow the timers of the platform. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The jobs of a local executor, in memory, and the processes that run them. */
export class LocalBroker implements Broker {
  readonly #file = workerFile();
  state: QueueState = 'connected';
  readonly #options: CheckedLocalOptions;
  readonly #events: BrokerEvents;
  readonly #jobs = new Map<string, LocalJob>();
  readonly #waiting = new JobList();
  readonly #delayed = new Set<LocalJob>();
  readonly #running = new Map<WorkerProcess, LocalJob>();
  readonly #idle: WorkerProcess[] = [];
  readonly #workers = new Set<WorkerProcess>();
  readonly #deadLetters = new Map<string, DeadLetter>();
  #isDispatching = false;
  #onLastExit: (() => void) | null = null;

  constructor(options: CheckedLocalOptions, events: BrokerEvents) {
    this.#options = options;
    this.#events = events;
  }

  submit(submission: Submission): void {
    const { args, variables } = submission;
    const job = new LocalJob(submission, serialize([args, variables], 'an argument of the job'));
    this.#jobs.set(submission.id, job);
    this.#deadLetters.delete(submission.id);
    this.#enqueue(job, submission.delayMs);
  }

  withdraw(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined || job.isWithdrawn) return;
    job.isWithdrawn = true;
    if (job.worker !== null) {
      job.worker.send({ type: 'cancel' });
      return;
    }
    if (this.#delayed.delete(job)) clearTimeout(job.timer);
    else this.#waiting.noteWithdrawn();
    queueMicrotask(() => this.#end(job, { state: 'cancelled' }));
  }

  async statistics(): Promise<QueueStatistics> {
    return {
      waiting: this.#waiting.length,
      running: this.#running.size,
      delayed: this.#delayed.size,
      completed: 0,
      failed: this.#deadLetters.size,
    };
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return [...this.#deadLetters.values()];
  }

  async discard(ids: readonly string[] | null): Promise<number> {
    const found = (ids ?? [...this.#deadLetters.keys()]).filter((id) => this.#deadLetters.delete(id));
    return found.length;
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.#events.onState('closed');
    if (this.#workers.size === 0) return;
    const exited = new Promise<void>((resolve) => {
      this.#onLastExit = resolve;
    });
    for (const worker of this.#workers) worker.stop();
    await exited;
  }

  #enqueue(job: LocalJob, delayMs: number): void {
    if (delayMs <= 0) {
      this.#waiting.push(job);
      this.#dispatchSoon();
      return;
    }
    this.#delayed.add(job);
    const now = Math.min(delayMs, LONGEST_DELAY_MS);
    job.timer = setTimeout(() => {
      this.#delayed.delete(job);
      this.#enqueue(job, delayMs - now);
    }, now);
  }

  /** In a microtask, so that what is submitted together is ordered by priority. */
  #dispatchSoon(): void {
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    queueMicrotask(() => {
      this.#isDispatching = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (worker === null) return;
      this.#send(worker, this.#waiting.shift()!);
    }
  }

  #start(): WorkerProcess | null {
    if (this.#workers.size >= this.#options.maxWorkers) return null;
    const worker: WorkerProcess = new WorkerProcess(this.#file, {
      onMessage: (message) => this.#onMessage(worker, message),
      onExit: (how) => this.#onExit(worker, how),
    });
    this.#workers.add(worker);
    return worker;
  }

  #send(worker: WorkerProcess, job: LocalJob): void {
    const { id, url, exportName, headers, timeoutSeconds } = job.submission;
    job.worker = worker;
    this.#running.set(worker, job);
    worker.keepAlive(true);
    worker.send({
      type: 'call',
      id,
      attempt: job.attempts + 1,
      url,
      name: exportName,
      values: job.values,
      headers,
      timeoutSeconds,
    });
    this.#events.onBegun(id);
  }

  #onMessage(worker: WorkerProcess, message: FromWorker): void {
    const job = this.#running.get(worker);
    if (job === undefined) return;
    if (message.type === 'bight:progress') {
      this.#events.onProgress(job.submission.id, v8.deserialize(message.value));
      return;
    }
    this.#release(worker, job);
    this.#idle.push(worker);
    worker.keepAlive(false);
    if (message.type === 'bight:returned') this.#end(job, resultOf(message.value));
    else if (message.type === 'bight:cancelled') this.#end(job, { state: 'cancelled' });
    else this.#onFailure(job, message.error, message.isFinal);
    this.#dispatchSoon();
  }

  #onExit(worker: WorkerProcess, how: string): void {
    this.#workers.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place !== -1) this.#idle.splice(place, 1);
    const job = this.#running.get(worker);
    if (job !== undefined) this.#onDeath(worker, job, how);
    if (this.#workers.size === 0) this.#onLastExit?.();
    this.#dispatchSoon();
  }

  /** The job is begun again, unless that has happened too often. */
  #onDeath(worker: WorkerProcess, job: LocalJob, how: string): void {
    this.#release(worker, job);
    job.deaths++;
    if (job.isWithdrawn) {
      this.#end(job, { state: 'cancelled' });
    } else if (job.deaths <= MOST_DEATHS) {
      this.#enqueue(job, 0);
    } else {
      job.attempts = job.deaths;
      const reason = `the worker of this job ${how}, and so did those of ${MOST_DEATHS} earlier tries`;
      this.#bury(job, new BrokenExecutor(reason));
    }
  }

  #onFailure(job: LocalJob, text: string, isFinal: boolean): void {
    const { retries, backoffMs } = job.submission;
    job.attempts++;
    if (job.isWithdrawn) this.#end(job, { state: 'cancelled' });
    else if (isFinal || job.attempts > retries) this.#bury(job, failureOf(text, this.#options.errorClasses));
    else this.#enqueue(job, backoffMs * 2 ** (job.attempts - 1));
  }

  #bury(job: LocalJob, error: unknown): void {
    const { id, exportName, url, args } = job.submission;
    this.#deadLetters.set(id, {
      id,
      name: exportName,
      module: fileNameOf(url),
      args,
      error,
      attempts: job.attempts,
    });
    if (this.#deadLetters.size > MOST_DEAD_LETTERS) {
      const [oldest] = this.#deadLetters.keys();
      this.#deadLetters.delete(oldest!);
    }
    this.#end(job, { state: 'failed', error });
  }

  #release(worker: WorkerProcess, job: LocalJob): void {
    this.#running.delete(worker);
    job.worker = null;
  }

  #end(job: LocalJob, outcome: Outcome): void {
    this.#jobs.delete(job.submission.id);
    this.#events.onEnd(job.submission.id, outcome);
  }
}

function resultOf(bytes: Uint8Array): Outcome {
  try {
    return { state: 'returned', value: deserialize(bytes, 'the result of the job') };
  } catch (error) {
    return { state: 'failed', error };
  }
}
