import type { Transferable } from 'node:worker_threads';
import { RuntimeError } from '@bight/loop-abstract';
import type { CallMessage, ErrorMessage, ReplyMessage } from '../calls/call-message.js';
import { dataCloneError } from '../calls/serialize.js';
import type { BrokenExecutor } from '../errors/broken-executor.js';
import { Job, type JobOwner } from './job.js';
import { JobQueue } from './job-queue.js';
import { type PoolFuture, rejectFuture, resolveFuture } from './pool-future.js';
import type { LinkEvents, WorkerLink } from './worker-link.js';
import { WorkerRecord } from './worker-record.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { queueMicrotask } = globalThis;

/** What distinguishes one pool from another. */
export interface PoolPlan {
  readonly maxWorkers: number;
  /** How many calls may be on their way to a worker, so that it need not wait for the next one. */
  readonly depth: number;
  /** After how many calls a worker is replaced. */
  readonly maxCalls: number;
  /** The call that prepares each worker. */
  readonly preparation: CallMessage;
  /** Starts a worker. */
  connect(events: LinkEvents): WorkerLink;
  /** The error of a call whose worker is gone. */
  broken(message: string, options?: ErrorOptions): BrokenExecutor;
  /** Makes an error of what a worker sent. */
  decodeError(message: ErrorMessage): unknown;
}

/** The answer to a call that was made. */
type Answer = Extract<ReplyMessage, { type: 'bight:done' | 'bight:failed' }>;

const LAST_ID = 0x7fffffff;

/**
 * Gives calls to workers: in the order of submission, each to one worker, which makes one call at a time.
 *
 * A worker that is slower to be asked than to answer would spend most of its time waiting for the next message, so
 * where calls can be taken back (see `Claims`), a few more are sent ahead to a busy worker. A worker that becomes free
 * takes over what was sent ahead to other workers, and nothing that was sent ahead is overtaken by more than a few
 * calls.
 */
export class WorkerPool implements JobOwner {
  readonly #plan: PoolPlan;
  readonly #queue = new JobQueue();
  /** The workers that take calls. */
  readonly #workers = new Set<WorkerRecord>();
  /** The workers that are to end and have not yet. */
  readonly #leaving = new Set<WorkerRecord>();
  readonly #idle = new Set<WorkerRecord>();
  /** How many calls have neither ended nor been cancelled. */
  #pending = 0;
  #lastId = 0;
  #isDispatchDue = false;
  #isClosing = false;
  #unusable: { message: string; cause: unknown } | null = null;
  readonly #closed: Promise<void>;
  #markClosed!: () => void;

  constructor(plan: PoolPlan) {
    this.#plan = plan;
    this.#closed = new Promise((resolve) => {
      this.#markClosed = resolve;
    });
  }

  /**
   * Takes a call.
   *
   * @throws {BrokenExecutor} when the initializer failed
   * @throws {RuntimeError} when the pool was shut down
   */
  submit(message: CallMessage, transferList: readonly Transferable[]): PoolFuture<unknown> {
    if (this.#unusable !== null)
      throw this.#plan.broken(this.#unusable.message, { cause: this.#unusable.cause });
    if (this.#isClosing) throw new RuntimeError('cannot schedule new futures after shutdown');
    this.#lastId = (this.#lastId % LAST_ID) + 1;
    message.id = this.#lastId;
    const job = new Job(this, message, transferList);
    this.#pending++;
    this.#queue.push(job);
    this.#dispatchSoon();
    return job.future;
  }

  /** Takes no more calls, and ends the workers after the last one. The promise resolves when all workers have ended. */
  shutdown(cancelFutures: boolean): Promise<void> {
    this.#isClosing = true;
    if (cancelFutures) for (const job of this.#unfinished()) job.future.cancel();
    this.#finishIfDone();
    return this.#closed;
  }

  /** Ends the workers at once; what has not ended fails. */
  terminate(signal?: NodeJS.Signals): Promise<void> {
    this.#isClosing = true;
    this.#abandon('the workers were terminated before the call ended', undefined, signal);
    return this.#closed;
  }

  withdraw(job: Job): boolean {
    const { worker } = job;
    if (worker !== null && !worker.takeBack(job)) return false;
    this.#pending--;
    if (worker !== null) this.#refill(worker);
    this.#finishIfDone();
    return true;
  }

  /**
   * In a microtask, so that a caller that submits and cancels in one go cancels in time, and to send bursts in one go.
   */
  #dispatchSoon(): void {
    if (this.#isDispatchDue) return;
    this.#isDispatchDue = true;
    queueMicrotask(() => {
      this.#isDispatchDue = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (let job = this.#queue.peek(); job !== undefined; job = this.#queue.peek()) {
      const worker = this.#workerFor(job);
      if (worker === undefined) return;
      // A worker that could not be started has failed the job.
      if (worker !== null) this.#post(worker, this.#queue.shift()!);
    }
  }

  /** The worker that takes the next job; `undefined`: none for now, `null`: none at all, and the job has failed. */
  #workerFor(job: Job): WorkerRecord | null | undefined {
    for (const idle of this.#idle) return idle;
    if (this.#workers.size >= this.#plan.maxWorkers) return this.#workerWithRoom(job);
    try {
      const worker = this.#start();
      return this.#unusable === null ? worker : null;
    } catch (error) {
      if (this.#workers.size > 0) return this.#workerWithRoom(job);
      this.#queue.shift();
      this.#reject(job, this.#plan.broken('no worker could be started', { cause: error }));
      return null;
    }
  }

  #workerWithRoom(job: Job): WorkerRecord | undefined {
    let best: WorkerRecord | undefined;
    for (const worker of this.#workers) {
      if (!worker.isReady || worker.jobs.length >= this.#roomFor(job)) continue;
      if (best === undefined || worker.jobs.length < best.jobs.length) best = worker;
    }
    return best;
  }

  /** How many jobs a worker may have, this one included, to get the job. */
  #roomFor(job: Job): number {
    return job.transferList.length > 0 ? 1 : this.#plan.depth;
  }

  #start(): WorkerRecord {
    const worker: WorkerRecord = new WorkerRecord(
      this.#plan.connect({
        onReply: (reply) => this.#onReply(worker, reply),
        onUnreadable: (error) => this.#onUnreadable(worker, error),
        onRepliesEnd: () => this.#refill(worker),
        onLeaving: () => this.#remove(worker),
        onEnd: (how, cause) => this.#onEnd(worker, how, cause),
      }),
    );
    this.#workers.add(worker);
    try {
      worker.prepare(this.#plan.preparation);
    } catch (error) {
      // The arguments of the initializer cannot be sent: to no worker.
      this.#onUnusable(error);
    }
    return worker;
  }

  #post(worker: WorkerRecord, job: Job): void {
    this.#idle.delete(worker);
    try {
      worker.post(job);
    } catch (error) {
      this.#reject(job, error);
      if (worker.jobs.length === 0) this.#rest(worker);
    }
  }

  #onReply(worker: WorkerRecord, reply: ReplyMessage): void {
    if (reply.type === 'bight:unusable') this.#onUnusable(this.#plan.decodeError(reply.error));
    else if (reply.type === 'bight:unread') this.#onUnread(worker, reply);
    else if (reply.id === 0) worker.isReady = true;
    else this.#onAnswer(worker, reply);
  }

  #onAnswer(worker: WorkerRecord, reply: Answer): void {
    const job = worker.take(reply.id);
    if (job === undefined) return;
    worker.answered++;
    if (reply.type === 'bight:failed') {
      this.#reject(job, this.#plan.decodeError(reply.error));
    } else {
      this.#pending--;
      resolveFuture(job.future, reply.value);
    }
  }

  /** The worker could not read a message: the call in it fails, and the worker goes on. */
  #onUnread(worker: WorkerRecord, { id: place, error }: ReplyMessage & { type: 'bight:unread' }): void {
    const reason = this.#plan.decodeError(error);
    if (place === 1) this.#onUnusable(reason);
    const job = worker.takeUnread(place);
    if (job === undefined) return;
    worker.answered++;
    this.#reject(job, reason);
  }

  /** An answer cannot be read: the call fails, and the worker goes on. */
  #onUnreadable(worker: WorkerRecord, error: unknown): void {
    const job = worker.takeBegun();
    if (job === undefined) return;
    worker.answered++;
    this.#reject(job, dataCloneError('the answer of the worker cannot be read', error));
  }

  /** Refills a worker that is running out of calls. */
  #refill(worker: WorkerRecord): void {
    if (!this.#workers.has(worker)) return;
    if (worker.answered >= this.#plan.maxCalls && worker.jobs.length === 0) {
      this.#retire(worker);
      this.#dispatch();
    } else if (worker.jobs.length * 2 <= this.#plan.depth) {
      if (worker.jobs.length === 0) this.#takeOver(worker);
      this.#requeueOvertaken();
      for (let job = this.#queue.peek(); job !== undefined; job = this.#queue.peek()) {
        if (worker.jobs.length >= this.#roomFor(job)) break;
        this.#post(worker, this.#queue.shift()!);
      }
      if (worker.jobs.length === 0) this.#rest(worker);
    }
    this.#finishIfDone();
  }

  /** Gives a free worker the oldest job that was sent ahead to another one. */
  #takeOver(worker: WorkerRecord): void {
    if (this.#plan.depth === 1) return;
    let oldest: Job | undefined;
    for (const other of this.#workers) {
      const job = other.oldestWaiting();
      if (job === undefined || job.transferList.length > 0) continue;
      if (oldest === undefined || job.message.id < oldest.message.id) oldest = job;
    }
    const victim = oldest?.worker;
    if (oldest === undefined || victim == null || !victim.takeBack(oldest)) return;
    this.#post(worker, oldest);
    if (victim.jobs.length === 0) this.#rest(victim);
  }

  /** Takes back what was sent ahead to a worker that does not get to it while other workers are far ahead. */
  #requeueOvertaken(): void {
    const head = this.#queue.peek();
    if (head === undefined || this.#plan.depth === 1) return;
    const oldest = head.message.id - 8 * this.#plan.depth * this.#workers.size;
    const overtaken: Job[] = [];
    for (const worker of this.#workers) {
      const first = worker.oldestWaiting();
      if (first === undefined || first.message.id >= oldest) continue;
      overtaken.push(
        ...[...worker.jobs].filter((job) => job.transferList.length === 0 && worker.takeBack(job)),
      );
    }
    if (overtaken.length === 0) return;
    this.#queue.pushFront(overtaken.sort((a, b) => a.message.id - b.message.id));
  }

  #rest(worker: WorkerRecord): void {
    if (!this.#workers.has(worker)) return;
    worker.link.keepAlive(false);
    this.#idle.add(worker);
  }

  #onEnd(worker: WorkerRecord, how: string, cause: unknown): void {
    this.#remove(worker);
    this.#leaving.delete(worker);
    const jobs = worker.jobs.splice(0);
    // What has moved to the worker is gone, too, and cannot be sent again.
    let lost = jobs.filter((job) => worker.hasBegun(job) || job.transferList.length > 0);
    // A worker that cannot even start must not be replaced for ever: each time one call fails.
    if (lost.length === 0 && !worker.isReady) lost = jobs.slice(0, 1);
    const kept = jobs.filter((job) => !lost.includes(job));
    for (const job of jobs) job.worker = null;
    this.#queue.pushFront(kept);
    for (const job of lost) {
      this.#reject(job, this.#plan.broken(`the worker of this call ${how}`, { cause }));
    }
    this.#dispatch();
    this.#finishIfDone();
  }

  #onUnusable(cause: unknown): void {
    this.#unusable = {
      message: 'the initializer of a worker failed; the pool cannot be used any more',
      cause,
    };
    this.#abandon(this.#unusable.message, cause);
  }

  #abandon(message: string, cause: unknown, signal?: NodeJS.Signals): void {
    const jobs = this.#unfinished();
    for (const worker of [...this.#workers, ...this.#leaving]) {
      worker.jobs.length = 0;
      this.#remove(worker);
      worker.link.keepAlive(true);
      worker.link.kill(signal);
    }
    for (const job of jobs) this.#reject(job, this.#plan.broken(message, { cause }));
    this.#finishIfDone();
  }

  /** All jobs that have not ended; those that wait are out of the queue. */
  #unfinished(): Job[] {
    return [...[...this.#workers, ...this.#leaving].flatMap(({ jobs }) => jobs), ...this.#queue.drain()];
  }

  #reject(job: Job, error: unknown): void {
    this.#pending--;
    job.worker = null;
    rejectFuture(job.future, error);
  }

  /** Gives a worker no more jobs. */
  #remove(worker: WorkerRecord): void {
    if (!this.#workers.delete(worker)) return;
    this.#leaving.add(worker);
    this.#idle.delete(worker);
  }

  #retire(worker: WorkerRecord): void {
    this.#remove(worker);
    worker.link.keepAlive(true);
    worker.link.stop();
  }

  #finishIfDone(): void {
    if (!this.#isClosing || this.#pending > 0) return;
    for (const worker of this.#workers) this.#retire(worker);
    if (this.#leaving.size === 0) this.#markClosed();
  }
}
