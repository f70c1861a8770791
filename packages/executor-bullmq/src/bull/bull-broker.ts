import type { QueueEvents } from 'bullmq';
import type { Broker, BrokerEvents, DeadLetter, QueueState, QueueStatistics, Submission } from '../broker.js';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import { BullConnection, type ConnectionEvents } from './bull-connection.js';
import { discardDeadLetters, listDeadLetters } from './dead-letters.js';
import { type HeldJob, HeldJobs } from './held-jobs.js';
import { JobCheck } from './job-check.js';
import { isReported } from './job-data.js';
import { JobResults } from './job-results.js';
import { JobSender } from './job-sender.js';
import { PendingWork } from './pending-work.js';
import { StoredValues } from './stored-values.js';
import { Withdrawals } from './withdrawals.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { queueMicrotask } = globalThis;

/** The jobs of one submitter in a queue of BullMQ. */
export class BullBroker implements Broker, ConnectionEvents {
  readonly #options: CheckedQueueOptions;
  readonly #events: BrokerEvents;
  readonly #work = new PendingWork();
  readonly #connection: BullConnection;
  readonly #values: StoredValues;
  readonly #jobs: HeldJobs;
  readonly #results: JobResults;
  readonly #withdrawals: Withdrawals;
  readonly #sender: JobSender;
  readonly #check: JobCheck;

  constructor(options: CheckedQueueOptions, events: BrokerEvents) {
    const work = this.#work;
    const connection = new BullConnection(options, work, this);
    const values = new StoredValues(connection.redis, connection.keys);
    const jobs = new HeldJobs(events);
    const results = new JobResults(connection, values, jobs, work, options.errorClasses);
    const withdrawals = new Withdrawals(connection, values, jobs, results, work);
    const sender = new JobSender(options, connection, values, jobs, work, (held) => this.#onAdded(held));
    this.#options = options;
    this.#events = events;
    this.#connection = connection;
    this.#values = values;
    this.#jobs = jobs;
    this.#results = results;
    this.#withdrawals = withdrawals;
    this.#sender = sender;
    this.#check = new JobCheck(connection, jobs, sender, results, withdrawals, work);
    connection.open();
  }

  get state(): QueueState {
    return this.#connection.state;
  }

  submit(submission: Submission): void {
    this.#connection.checkFailure();
    this.#sender.add(this.#jobs.add(submission));
  }

  withdraw(id: string): void {
    const held = this.#jobs.ofSubmission(id);
    if (held === undefined || held.isWithdrawn) return;
    held.isWithdrawn = true;
    if (this.#sender.remove(held)) queueMicrotask(() => this.#jobs.end(held, { state: 'cancelled' }));
    else if (held.isAdded) this.#withdrawals.begin(held);
    // Else its command is under way: #onAdded() withdraws it.
  }

  async statistics(): Promise<QueueStatistics> {
    const queue = await this.#connection.ready();
    const counts = await queue.getJobCounts(
      'wait',
      'prioritized',
      'active',
      'delayed',
      'completed',
      'failed',
    );
    const count = (name: string) => counts[name] ?? 0;
    return {
      waiting: count('wait') + count('prioritized'),
      running: count('active'),
      delayed: count('delayed'),
      completed: count('completed'),
      failed: count('failed'),
    };
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return await listDeadLetters(await this.#connection.ready(), this.#values, this.#options.errorClasses);
  }

  async discard(ids: readonly string[] | null): Promise<number> {
    return await discardDeadLetters(await this.#connection.ready(), this.#values, ids);
  }

  async close(): Promise<void> {
    this.#check.stop();
    await this.#connection.close();
  }

  onStart(events: QueueEvents): void {
    const when = (jobId: string, action: (held: HeldJob) => void) => {
      const held = this.#jobs.get(jobId);
      if (held !== undefined) action(held);
    };
    events.on('active', ({ jobId }) => when(jobId, (held) => this.#events.onBegun(held.submission.id)));
    events.on('progress', ({ jobId, data }) =>
      when(jobId, (held) => this.#work.add(this.#report(held, data))),
    );
    events.on('completed', ({ jobId, returnvalue }) =>
      when(jobId, (held) => this.#results.succeed(held, returnvalue)),
    );
    events.on('failed', ({ jobId, failedReason }) =>
      when(jobId, (held) => this.#results.fail(held, failedReason)),
    );
    events.on('removed', ({ jobId }) =>
      when(jobId, (held) => {
        if (held.isAdded) this.#jobs.end(held, { state: 'cancelled' });
      }),
    );
  }

  onConnected(): void {
    this.#sender.resume();
    this.#check.onConnected();
  }

  onFailure(error: unknown): void {
    this.#check.stop();
    this.#sender.clear();
    for (const held of this.#jobs.all()) this.#jobs.end(held, { state: 'failed', error });
  }

  onState(state: QueueState): void {
    this.#events.onState(state);
  }

  #onAdded(held: HeldJob): void {
    if (held.isWithdrawn && this.#jobs.isHeld(held)) this.#withdrawals.begin(held);
  }

  async #report({ submission }: HeldJob, data: unknown): Promise<void> {
    const value = isReported(data) ? await this.#values.load(data.bight) : data;
    this.#events.onProgress(submission.id, value);
  }
}
