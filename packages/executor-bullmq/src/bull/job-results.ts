import type { Outcome } from '../broker.js';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import { decodeValue, type EncodedValue } from '../values/encoded-value.js';
import { CANCELLED_REASON, failureOf } from '../values/failure.js';
import type { BullConnection } from './bull-connection.js';
import type { HeldJob, HeldJobs } from './held-jobs.js';
import { isReported } from './job-data.js';
import type { PendingWork } from './pending-work.js';
import { BATCH } from './scripts.js';
import type { StoredValues } from './stored-values.js';

/** Takes the results of this submitter's jobs out of Redis, once no other submitter waits for them. */
export class JobResults {
  readonly #connection: BullConnection;
  readonly #values: StoredValues;
  readonly #jobs: HeldJobs;
  readonly #work: PendingWork;
  readonly #errorClasses: CheckedQueueOptions['errorClasses'];
  /** The jobs in BullMQ whose results were taken: they are to be removed. */
  #taken: string[] = [];
  #isRemoving = false;

  constructor(
    connection: BullConnection,
    values: StoredValues,
    jobs: HeldJobs,
    work: PendingWork,
    errorClasses: CheckedQueueOptions['errorClasses'],
  ) {
    this.#connection = connection;
    this.#values = values;
    this.#jobs = jobs;
    this.#work = work;
    this.#errorClasses = errorClasses;
  }

  /** Ends a job with what BullMQ has as its return value. */
  succeed(held: HeldJob, returned: unknown): void {
    const encoded = isReported(returned) ? returned.bight : { json: returned };
    if (held.submission.isKeyed || 'stored' in encoded) {
      this.#work.add(this.#succeed(held, encoded));
      return;
    }
    // Most jobs: no question to Redis is needed.
    this.#removeSoon(held.jobId);
    this.#jobs.end(held, outcomeOf(encoded));
  }

  /** Ends a job with what BullMQ has as the reason of its failure. */
  fail(held: HeldJob, reason: string): void {
    if (held.submission.isKeyed) this.#work.add(this.leave(held));
    if (reason === CANCELLED_REASON) this.#jobs.end(held, { state: 'cancelled' });
    else this.#jobs.end(held, { state: 'failed', error: failureOf(reason, this.#errorClasses) });
  }

  /**
   * Ends this submitter's part in a job that has ended, or that it has withdrawn.
   *
   * @returns whether no other submitter waits for the job
   */
  async leave({ submission, jobId }: HeldJob): Promise<boolean> {
    if (!submission.isKeyed) return true;
    const { redis, keys, client } = this.#connection;
    return (await redis.bightLeave(keys.submitters(jobId), keys.clients, client)) === 0;
  }

  async #succeed(held: HeldJob, encoded: EncodedValue): Promise<void> {
    const outcome = 'stored' in encoded ? await this.#load(encoded) : outcomeOf(encoded);
    if (await this.leave(held)) {
      await this.#values.remove(encoded);
      this.#removeSoon(held.jobId);
    }
    this.#jobs.end(held, outcome);
  }

  async #load(encoded: EncodedValue): Promise<Outcome> {
    try {
      return { state: 'returned', value: await this.#values.load(encoded) };
    } catch (error) {
      return { state: 'failed', error };
    }
  }

  /** Many results are taken at once: one command removes their jobs. */
  #removeSoon(jobId: string): void {
    this.#taken.push(jobId);
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    this.#work.add(this.#removeAll());
  }

  async #removeAll(): Promise<void> {
    const { redis, keys } = this.#connection;
    try {
      while (this.#taken.length > 0) {
        await redis.bightTake(`${keys.base}completed`, keys.base, ...this.#taken.splice(0, BATCH));
      }
    } finally {
      this.#isRemoving = false;
    }
  }
}

function outcomeOf(encoded: Parameters<typeof decodeValue>[0]): Outcome {
  try {
    return { state: 'returned', value: decodeValue(encoded) };
  } catch (error) {
    return { state: 'failed', error };
  }
}
