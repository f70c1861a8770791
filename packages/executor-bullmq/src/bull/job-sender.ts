import type { JobsOptions } from 'bullmq';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import { fileNameOf } from '../running/module-functions.js';
import type { EncodedValue } from '../values/encoded-value.js';
import { type BullConnection, isConnectionError } from './bull-connection.js';
import type { HeldJob, HeldJobs } from './held-jobs.js';
import type { JobData } from './job-data.js';
import type { PendingWork } from './pending-work.js';
import { BATCH } from './scripts.js';
import { LARGE_ARGUMENTS, type StoredValues } from './stored-values.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { queueMicrotask } = globalThis;

/** How long a job's set of submitters is kept at most. */
const SUBMITTERS_SECONDS = 30 * 86_400;

/** A job as BullMQ's `addBulk()` takes it. */
interface BullJob {
  readonly name: string;
  readonly data: JobData;
  readonly opts: JobsOptions;
}

/** Adds jobs to the queue, many in one command, whenever there is a connection. */
export class JobSender {
  readonly #options: CheckedQueueOptions;
  readonly #connection: BullConnection;
  readonly #values: StoredValues;
  readonly #jobs: HeldJobs;
  readonly #work: PendingWork;
  readonly #onAdded: (held: HeldJob) => void;
  #unsent: HeldJob[] = [];
  #isSending = false;

  /** @param onAdded - called with each job that is in the queue */
  constructor(
    options: CheckedQueueOptions,
    connection: BullConnection,
    values: StoredValues,
    jobs: HeldJobs,
    work: PendingWork,
    onAdded: (held: HeldJob) => void,
  ) {
    this.#options = options;
    this.#connection = connection;
    this.#values = values;
    this.#jobs = jobs;
    this.#work = work;
    this.#onAdded = onAdded;
  }

  /** Adds a job to the queue, soon. */
  add(held: HeldJob): void {
    held.isAdded = false;
    held.missing = 0;
    this.#unsent.push(held);
    this.resume();
  }

  /** @returns whether the job had not been sent, and will not be */
  remove(held: HeldJob): boolean {
    const index = this.#unsent.indexOf(held);
    if (index === -1) return false;
    this.#unsent.splice(index, 1);
    return true;
  }

  /** Drops what was not sent. */
  clear(): void {
    this.#unsent = [];
  }

  /** Sends what is left, if there is a connection: in a microtask, so that jobs submitted together share a command. */
  resume(): void {
    if (this.#isSending || this.#unsent.length === 0 || !this.#connection.isConnected) return;
    this.#isSending = true;
    this.#work.add(
      new Promise<void>((resolve) => {
        queueMicrotask(() => void this.#sendAll().then(resolve));
      }),
    );
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#unsent.length > 0 && this.#connection.isConnected)
        await this.#send(this.#unsent.splice(0, BATCH));
    } finally {
      this.#isSending = false;
    }
  }

  async #send(batch: readonly HeldJob[]): Promise<void> {
    const jobs: BullJob[] = [];
    const sent: HeldJob[] = [];
    for (const held of batch) {
      if (!this.#jobs.isHeld(held)) continue;
      try {
        jobs.push(isSimple(held) ? this.#jobOf(held, held.args.encoded, {}) : await this.#prepare(held));
        sent.push(held);
      } catch (error) {
        if (isConnectionError(error)) this.#unsent.push(held);
        else this.#jobs.end(held, { state: 'failed', error });
      }
    }
    if (jobs.length === 0) return;
    try {
      await this.#connection.queue!.addBulk(jobs);
    } catch (error) {
      if (!isConnectionError(error)) {
        for (const held of sent) this.#jobs.end(held, { state: 'failed', error });
        return;
      }
      // Some of them may be in the queue: the check finds the rest missing, and they are added again.
    }
    for (const held of sent) {
      held.isAdded = true;
      this.#onAdded(held);
    }
  }

  /** Joins a live job with the same key, and stores what is large. */
  async #prepare(held: HeldJob): Promise<BullJob> {
    if (held.submission.isKeyed) await this.#join(held.jobId);
    held.storedArgs = await this.#values.store(held.args, LARGE_ARGUMENTS, 0);
    const variables: Record<string, EncodedValue> = {};
    for (const [name, value] of held.variables)
      variables[name] = await this.#values.store(value, Number.POSITIVE_INFINITY, 0);
    return this.#jobOf(held, held.storedArgs, variables);
  }

  async #join(jobId: string): Promise<void> {
    const { redis, keys, client, queue } = this.#connection;
    const submitters = keys.submitters(jobId);
    await redis.sadd(submitters, client);
    await redis.expire(submitters, SUBMITTERS_SECONDS);
    // One that has ended, and a dead letter, are no live jobs.
    const [finishedOn] = await redis.hmget(keys.job(jobId), 'finishedOn');
    if (finishedOn !== null) await queue!.remove(jobId);
  }

  #jobOf(
    { submission, jobId }: HeldJob,
    args: EncodedValue,
    variables: Readonly<Record<string, EncodedValue>>,
  ): BullJob {
    const { cancelsOrphans, resultTtlSeconds, deadLetterTtlSeconds } = this.#options;
    const { headers, timeoutSeconds, retries, backoffMs, priority, delayMs, nonce, isKeyed } = submission;
    return {
      name: submission.exportName,
      data: {
        module: fileNameOf(submission.url),
        args,
        ...(Object.keys(variables).length > 0 ? { variables } : {}),
        ...(Object.keys(headers).length > 0 ? { headers } : {}),
        ...(timeoutSeconds === null ? {} : { timeout: timeoutSeconds }),
        ...(isKeyed ? { nonce } : {}),
        ...(cancelsOrphans ? { client: this.#connection.client, orphans: 'cancel' as const } : {}),
      },
      opts: {
        jobId,
        ...(retries > 0 ? { attempts: retries + 1 } : {}),
        ...(backoffMs > 0 ? { backoff: { type: 'exponential', delay: backoffMs } } : {}),
        ...(priority > 0 ? { priority } : {}),
        ...(delayMs > 0 ? { delay: delayMs } : {}),
        removeOnComplete: { age: resultTtlSeconds },
        removeOnFail: deadLetterTtlSeconds === 0 ? true : { age: deadLetterTtlSeconds },
      },
    };
  }
}

/** @returns whether a job needs no command of its own */
function isSimple({ submission, args, variables }: HeldJob): boolean {
  return !submission.isKeyed && args.size <= LARGE_ARGUMENTS && variables.length === 0;
}
