import type { BullConnection } from './bull-connection.js';
import type { HeldJob, HeldJobs } from './held-jobs.js';
import type { JobResults } from './job-results.js';
import type { JobSender } from './job-sender.js';
import type { PendingWork } from './pending-work.js';
import { BATCH } from './scripts.js';
import type { Withdrawals } from './withdrawals.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearInterval, setInterval } = globalThis;
const readClock = performance.now.bind(performance);

/** How long no event comes for a job before Redis is asked for it. */
const CHECK_MS = 5000;

/** Finds the jobs whose events were lost, or that Redis has lost, and goes on with them. */
export class JobCheck {
  readonly #connection: BullConnection;
  readonly #jobs: HeldJobs;
  readonly #sender: JobSender;
  readonly #results: JobResults;
  readonly #withdrawals: Withdrawals;
  readonly #work: PendingWork;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    connection: BullConnection,
    jobs: HeldJobs,
    sender: JobSender,
    results: JobResults,
    withdrawals: Withdrawals,
    work: PendingWork,
  ) {
    this.#connection = connection;
    this.#jobs = jobs;
    this.#sender = sender;
    this.#results = results;
    this.#withdrawals = withdrawals;
    this.#work = work;
  }

  /** Checks all jobs now, since events were lost with the connection, and old ones from now on. */
  onConnected(): void {
    this.#timer ??= setInterval(() => this.#check(CHECK_MS), CHECK_MS);
    this.#check(0);
  }

  /** Checks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #check(ageMs: number): void {
    if (!this.#connection.isConnected) return;
    const now = readClock();
    const due = this.#jobs.all().filter(({ isAdded, checkedMs }) => isAdded && now - checkedMs >= ageMs);
    if (due.length > 0) this.#work.add(this.#find(due));
  }

  async #find(due: readonly HeldJob[]): Promise<void> {
    const { redis, keys } = this.#connection;
    for (let at = 0; at < due.length && this.#connection.isConnected; at += BATCH) {
      const batch = due.slice(at, at + BATCH);
      const found = await Promise.all(
        batch.map(({ jobId }) =>
          redis.hmget(keys.job(jobId), 'finishedOn', 'returnvalue', 'failedReason', 'data'),
        ),
      );
      for (const [index, held] of batch.entries()) {
        if (!this.#jobs.isHeld(held)) continue;
        held.checkedMs = readClock();
        const [finishedOn = null, returnValue = null, failedReason = null, data = null] = found[index]!;
        if (data === null) this.#onMissing(held);
        else if (finishedOn === null) this.#onLive(held);
        else if (failedReason !== null) this.#results.fail(held, failedReason);
        else this.#results.succeed(held, JSON.parse(returnValue ?? 'null'));
      }
    }
  }

  #onMissing(held: HeldJob): void {
    held.missing++;
    // Its end may be on its way, as an event; a job that is missing twice was lost.
    if (held.missing < 2) held.checkedMs -= CHECK_MS / 2;
    else if (held.isWithdrawn) this.#jobs.end(held, { state: 'cancelled' });
    else this.#sender.add(held);
  }

  #onLive(held: HeldJob): void {
    held.missing = 0;
    if (held.isWithdrawn && held.onEnded === null) this.#withdrawals.begin(held);
  }
}
