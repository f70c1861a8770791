import { type BullConnection, isConnectionError } from './bull-connection.js';
import type { HeldJob, HeldJobs } from './held-jobs.js';
import { nonceOf } from './job-data.js';
import type { JobResults } from './job-results.js';
import type { PendingWork } from './pending-work.js';
import type { StoredValues } from './stored-values.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;

/** How long a withdrawal waits before it asks the worker of a running job again. */
const AGAIN_MS = 2000;

/** Withdraws jobs that were added to the queue. */
export class Withdrawals {
  readonly #connection: BullConnection;
  readonly #values: StoredValues;
  readonly #jobs: HeldJobs;
  readonly #results: JobResults;
  readonly #work: PendingWork;

  constructor(
    connection: BullConnection,
    values: StoredValues,
    jobs: HeldJobs,
    results: JobResults,
    work: PendingWork,
  ) {
    this.#connection = connection;
    this.#values = values;
    this.#jobs = jobs;
    this.#results = results;
    this.#work = work;
  }

  /** Removes a job that waits; asks the worker of one that runs to cancel it, until it has ended. */
  begin(held: HeldJob): void {
    this.#work.add(this.#withdraw(held));
  }

  async #withdraw(held: HeldJob): Promise<void> {
    const { redis, keys, queue } = this.#connection;
    const { jobId } = held;
    const ended = new Promise<void>((resolve) => {
      held.onEnded = resolve;
    });
    try {
      if (!(await this.#results.leave(held))) return this.#jobs.end(held, { state: 'cancelled' });
      while (this.#jobs.isHeld(held)) {
        if ((await queue!.remove(jobId)) === 1) {
          await this.#values.remove(held.storedArgs);
          return this.#jobs.end(held, { state: 'cancelled' });
        }
        await redis.bightCancel(keys.control, jobId, await this.#nonceOf(held));
        await orDelay(ended, AGAIN_MS);
      }
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      // The first check after the next connection comes back to it.
      held.checkedMs = 0;
    } finally {
      // Not under way any more: where it has failed, a check of the jobs begins it again.
      held.onEnded = null;
    }
  }

  /** That of the job in the queue, which another submitter may have begun. */
  async #nonceOf({ submission, jobId }: HeldJob): Promise<string> {
    if (!submission.isKeyed) return submission.nonce;
    const { redis, keys } = this.#connection;
    const data = await redis.hget(keys.job(jobId), 'data');
    return data === null ? submission.nonce : nonceOf(jobId, JSON.parse(data));
  }
}

/** Waits for a promise, but no longer than this many milliseconds. */
async function orDelay(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
