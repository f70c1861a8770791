import { ContextVar, RuntimeError } from '@bight/contextvars';

/** The job that a function was called for by an executor that queues its calls. */
export interface CurrentJob {
  /** The job's id: the `key` that it was submitted with, if there was one. */
  readonly id: string;
  /** Which try this is, from 1 on. A job whose worker died begins with the same number again. */
  readonly attempt: number;
  /**
   * The headers that travel with the job: `traceparent` and `tracestate` of W3C Trace Context, and what `submit()` was
   * given.
   */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Reports how far the job is, to the `onProgress` of each submitter.
   *
   * @param value - anything that can be cloned
   * @throws {DOMException} a `DataCloneError` for what cannot be sent
   */
  progress(value: unknown): void;
}

/** Common to all copies of this package in a process: a job's module may import another one than its worker does. */
const KEY = Symbol.for('@bight/executors/current-job');

/** The context variable that holds the job of the code that runs. For authors of executors. */
export function jobVariable(): ContextVar<CurrentJob | null> {
  const shared = globalThis as unknown as Record<symbol, ContextVar<CurrentJob | null> | undefined>;
  shared[KEY] ??= new ContextVar<CurrentJob | null>('bight.job', { default: null });
  return shared[KEY];
}

/**
 * The job that this code runs for, in a worker of a `QueueExecutor`: in the job's function, and in what it calls and
 * awaits.
 *
 * @throws {RuntimeError} outside of a job
 */
export function currentJob(): CurrentJob {
  const job = jobVariable().get();
  if (job === null)
    throw new RuntimeError('no job is running: currentJob() is for functions that a QueueExecutor calls');
  return job;
}
