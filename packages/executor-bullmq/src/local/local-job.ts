import type { Submission } from '../broker.js';
import type { WorkerProcess } from './worker-process.js';

/** A job of a local executor. */
export class LocalJob {
  readonly submission: Submission;
  /** The arguments and context variables, serialized. */
  readonly values: Uint8Array;
  /** How often it was tried and failed. */
  attempts = 0;
  /** How often its worker died. */
  deaths = 0;
  isWithdrawn = false;
  /** Which runs it. */
  worker: WorkerProcess | null = null;
  /** Until it may begin. */
  timer: NodeJS.Timeout | undefined;

  constructor(submission: Submission, values: Uint8Array) {
    this.submission = submission;
    this.values = values;
  }
}
