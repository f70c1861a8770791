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
/** Checks take no more than this share of the time, however many jobs there are. */
const LARGEST_SHARE = 0.05;

/** Finds the jobs whose events were lost, or that Redis has lost, and goes on with them. */
export class JobCheck {
  readonly #connection: BullConnection;
  readonly #jobs: HeldJobs;
  readonly #sender: JobSender;
  readonly #results: JobResults;
  readonly #withdrawals: Withdrawals;
  readonly #work: PendingWork;
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;
  /** Whether there was a connection anew during the check under way: it is to be followed by one of all jobs. */
  #isOutdated = false;
  /** When the next check of old jobs may begin, by `readClock()`. */
  #nextMs = 0;

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
    this.#timer ??= setInterval(() => {
      if (readClock() >= this.#nextMs) this.#check(CHECK_MS);
    }, CHECK_MS);
    this.#isOutdated = true;
    this.#check(0);
  }

  /** Checks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #check(ageMs: number): void {
    if (!this.#connection.isConnected || this.#isChecking) return;
    this.#isChecking = true;
    this.#work.add(this.#checkNow(ageMs));
  }

  async #checkNow(ageMs: number): Promise<void> {
    const beganMs = readClock();
    try {
      const isDue = ({ isAdded, checkedMs }: HeldJob) => isAdded && beganMs - checkedMs >= ageMs;
      this.#isOutdated = false;
      await this.#find(this.#jobs.all().filter(isDue));
    } finally {
      this.#isChecking = false;
      this.#nextMs = readClock() + (readClock() - beganMs) / LARGEST_SHARE;
    }
    if (this.#isOutdated) this.#check(0);
  }

  async #find(due: readonly HeldJob[]): Promise<void> {
    const { redis, keys } = this.#connection;
    for (let at = 0; at < due.length && this.#connection.isConnected; at += BATCH) {
      const batch = due.slice(at, at + BATCH);
      const found = await Promise.all(
        batch.map(({ jobId }) =>
          redis.hmget(keys.job(jobId), 'finishedOn', 'returnvalue', 'failedReason', 'timestamp'),
        ),
      );
      for (const [index, held] of batch.entries()) {
        if (!this.#jobs.isHeld(held)) continue;
        held.checkedMs = readClock();
        const [finishedOn = null, returnValue = null, failedReason = null, timestamp = null] = found[index]!;
        if (timestamp === null) this.#onMissing(held);
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
