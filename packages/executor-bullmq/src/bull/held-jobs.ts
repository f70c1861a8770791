import type { BrokerEvents, Outcome, Submission } from '../broker.js';
import { type EncodedValue, encodeValue, type SizedValue } from '../values/encoded-value.js';
import { idOfKey } from './job-data.js';

const readClock = performance.now.bind(performance);

/** A job that this submitter waits for. */
export interface HeldJob {
  readonly submission: Submission;
  /** Its id in BullMQ. */
  readonly jobId: string;
  readonly args: SizedValue;
  readonly variables: readonly (readonly [name: string, value: SizedValue])[];
  /** The arguments as they were sent; `{ stored }` where they are in a key of their own. */
  storedArgs: EncodedValue | undefined;
  /** Whether it was added to the queue. */
  isAdded: boolean;
  isWithdrawn: boolean;
  /** When Redis was last asked for it, by `readClock()`. */
  checkedMs: number;
  /** How many checks in a row did not find it in Redis. */
  missing: number;
  /** Wakes the withdrawal that waits for its end. */
  onEnded: (() => void) | null;
}

/** The jobs that this submitter waits for, and their only way to an end. */
export class HeldJobs {
  readonly #events: BrokerEvents;
  readonly #jobs = new Map<string, HeldJob>();

  constructor(events: BrokerEvents) {
    this.#events = events;
  }

  /**
   * Encodes a job, and holds it from now on.
   *
   * @throws {DOMException} a `DataCloneError` when a value cannot be sent
   */
  add(submission: Submission): HeldJob {
    const held: HeldJob = {
      submission,
      jobId: submission.isKeyed ? idOfKey(submission.id) : submission.id,
      args: encodeValue(submission.args, 'an argument of the job'),
      variables: submission.variables.map(([name, value]) => [
        name,
        encodeValue(value, `the context variable ${name}`),
      ]),
      storedArgs: undefined,
      isAdded: false,
      isWithdrawn: false,
      checkedMs: readClock(),
      missing: 0,
      onEnded: null,
    };
    this.#jobs.set(held.jobId, held);
    return held;
  }

  /** The job with this id in BullMQ. */
  get(jobId: string): HeldJob | undefined {
    return this.#jobs.get(jobId);
  }

  /** The job with this id in its submission. */
  ofSubmission(id: string): HeldJob | undefined {
    return [this.#jobs.get(id), this.#jobs.get(idOfKey(id))].find((held) => held?.submission.id === id);
  }

  /** All of them, oldest first. */
  all(): HeldJob[] {
    return [...this.#jobs.values()];
  }

  /** @returns whether the job has not ended for this submitter */
  isHeld(held: HeldJob): boolean {
    return this.#jobs.get(held.jobId) === held;
  }

  /** Reports a job's end to the executor, once. */
  end(held: HeldJob, outcome: Outcome): void {
    if (!this.isHeld(held)) return;
    this.#jobs.delete(held.jobId);
    held.onEnded?.();
    this.#events.onEnd(held.submission.id, outcome);
  }
}
