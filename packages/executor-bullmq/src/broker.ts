/** A job as an executor submits it. */
export interface Submission {
  readonly id: string;
  /** Whether the id is a key, by which other submitters may join the job. */
  readonly isKeyed: boolean;
  /** Distinguishes this submission from an earlier or later one with the same id; without a key it is the id. */
  readonly nonce: string;
  readonly url: string;
  readonly exportName: string;
  readonly args: readonly unknown[];
  readonly variables: readonly (readonly [name: string, value: unknown])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly backoffMs: number;
  readonly timeoutSeconds: number | null;
  readonly priority: number;
  readonly delayMs: number;
}

/** How a job ended for its submitter. */
export type Outcome =
  | { readonly state: 'returned'; readonly value: unknown }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'cancelled' };

/** What a broker reports to the executor. All of it arrives in callbacks of the host. */
export interface BrokerEvents {
  /** A worker has begun a job. */
  onBegun(id: string): void;
  /** A job reported its progress. */
  onProgress(id: string, value: unknown): void;
  /** A job has ended, also one that was withdrawn: nothing of it is left but a dead letter. */
  onEnd(id: string, outcome: Outcome): void;
  /** The queue has become reachable, or unreachable. */
  onState(state: QueueState): void;
}

/** Whether an executor reaches its queue. */
export type QueueState = 'connected' | 'reconnecting' | 'closed';

/** Keeps the jobs of an executor for the workers that take them. */
export interface Broker {
  readonly state: QueueState;
  /**
   * Takes a job. No job with the same id is under way at this broker.
   *
   * @throws {DOMException} a `DataCloneError` when a value cannot be sent
   */
  submit(submission: Submission): void;
  /** Withdraws a job; `onEnd` follows. */
  withdraw(id: string): void;
  statistics(): Promise<QueueStatistics>;
  deadLetters(): Promise<DeadLetter[]>;
  /** Removes dead letters; those with the ids, or all. @returns how many there were */
  discard(ids: readonly string[] | null): Promise<number>;
  /** Closes the connection to the queue; all jobs have ended. */
  close(): Promise<void>;
}

/** How many jobs a queue has, of all submitters. */
export interface QueueStatistics {
  /** Jobs that a worker could begin now. */
  readonly waiting: number;
  /** Jobs that workers have begun. */
  readonly running: number;
  /** Jobs whose delay or back-off has not passed. */
  readonly delayed: number;
  /** Results that no submitter has taken yet. */
  readonly completed: number;
  /** Jobs that failed for good: the dead letters. */
  readonly failed: number;
}

/** A job that failed as often as it was allowed to. */
export interface DeadLetter {
  /** The job's id: its key, if it had one. */
  readonly id: string;
  /** The name of the exported function. */
  readonly name: string;
  /** The file name of the function's module. */
  readonly module: string;
  /** The arguments of the call; `undefined` where they cannot be had any more. */
  readonly args: readonly unknown[] | undefined;
  /** What the last try threw. */
  readonly error: unknown;
  /** How often it was tried. */
  readonly attempts: number;
}
