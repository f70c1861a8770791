/// <reference lib="esnext.disposable" preserve="true" />
import {
  type Executor,
  type ExecutorShutdownOptions,
  RuntimeError,
  type TaskReference,
} from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import type { FutureLoop } from '@bight/loop-core';
import { getEventLoop } from '@bight/loop-core';
import type { DeadLetter, QueueState, QueueStatistics } from '../broker.js';
import { BullBroker } from '../bull/bull-broker.js';
import { LocalBroker } from '../local/local-broker.js';
import { checkLocalOptions, type LocalQueueOptions } from '../options/local-options.js';
import { checkQueueOptions, type QueueOptions } from '../options/queue-options.js';
import { checkSubmitOptions, type SubmitOptions } from '../options/submit-options.js';
import { Jobs, type JobsPlan } from './jobs.js';
import { checkMapOptions, type MapJobsOptions, MappedJobs } from './map-jobs.js';
import type { QueueFuture } from './queue-future.js';
import { type AnyTask, submissionOf } from './submission.js';

/** What `local()` passes to the constructor in place of options. */
class Local {
  readonly plan: JobsPlan;

  constructor(options: LocalQueueOptions | null | undefined) {
    const checked = checkLocalOptions(options);
    this.plan = { ...checked, connect: (events) => new LocalBroker(checked, events) };
  }
}

/**
 * An executor whose calls are jobs of a BullMQ queue, for workers in other processes and on other machines.
 *
 * A job runs **at least once**: it begins again when its worker dies, so it has to be idempotent. Its
 * function is named with `taskFrom()`; a worker that was started with a module of the same file name calls it.
 * Arguments and results are cloned.
 *
 * @python concurrent.futures.Executor
 */
export class QueueExecutor implements Executor {
  /** Where the functions run. */
  readonly kind = 'process';
  readonly #plan: JobsPlan;
  readonly #jobs: Jobs;

  /**
   * Connects to the queue; what is submitted before there is a connection waits for it.
   *
   * @param options - `queue` and `connection`, and those of `QueueOptions`
   * @throws {TypeError} for an unknown option, and a value of the wrong type
   * @throws {ValueError} for an impossible value, and for two context variables with the same name
   */
  constructor(options: QueueOptions) {
    if ((options as unknown) instanceof Local) {
      this.#plan = (options as unknown as Local).plan;
    } else {
      const checked = checkQueueOptions(options);
      this.#plan = { ...checked, connect: (events) => new BullBroker(checked, events) };
    }
    this.#jobs = new Jobs(this.#plan);
  }

  /**
   * An executor with the same interface whose jobs run in processes of this machine: nothing has to be installed, and
   * no job outlives this process.
   *
   * @param options - `maxWorkers`: how many processes there may be, when not given as many as the machine runs at once;
   *   and those of `LocalQueueOptions`
   * @throws {TypeError} for an unknown option, and a value of the wrong type
   * @throws {ValueError} for an impossible value
   */
  static local(options?: LocalQueueOptions | null): QueueExecutor {
    return new QueueExecutor(new Local(options) as unknown as QueueOptions);
  }

  /**
   * Whether the queue can be reached: `'connected'`, `'reconnecting'` (also before the first connection), or
   * `'closed'`.
   */
  get state(): QueueState {
    return this.#jobs.state;
  }

  /**
   * Submits a job.
   *
   * @param func - what `taskFrom()` returns
   * @param args - its arguments
   * @param options - see `SubmitOptions`
   * @returns the future of its result, of the current loop. A job that cannot be sent fails through it, as one does
   *   that fails
   * @throws {TypeError} when `func` is not named, for an unknown option, and for a value of the wrong type
   * @throws {ValueError} for an impossible value
   * @throws {RuntimeError} after `shutdown()`, and where there is no event loop
   * @python concurrent.futures.Executor.submit()
   */
  submit<A extends unknown[], R>(
    func: TaskReference<A, R> | ((...args: A) => R),
    args?: readonly [...A] | null,
    options?: SubmitOptions | null,
  ): QueueFuture<Awaited<R>> {
    const checked = checkSubmitOptions(options);
    const submission = submissionOf(func as AnyTask, args, checked, this.#plan.variables);
    this.#checkOpen();
    const loop = getEventLoop() as unknown as FutureLoop;
    return this.#jobs.submit(loop, submission, checked.onProgress) as QueueFuture<Awaited<R>>;
  }

  /**
   * Submits a job for each of `items`, and yields the results in the order of the items. What has not been yielded is
   * cancelled when the consumer stops early, and when a job fails.
   *
   * @param func - as for `submit()`
   * @param items - the arguments, one for each job
   * @param options - see `MapJobsOptions`
   * @throws {TypeError} when `items` is not iterable, and as `submit()`
   * @throws {ValueError | RuntimeError} as `submit()`
   * @python concurrent.futures.Executor.map()
   */
  map<T, R>(
    func: TaskReference<[T], R> | ((item: T) => R),
    items: Iterable<T>,
    options?: MapJobsOptions | null,
  ): AsyncGenerator<Awaited<R>, undefined> {
    const checked = checkMapOptions(options);
    checkSubmitOptions(checked.shared);
    this.#checkOpen();
    const submit = (item: T) => this.submit<[T], R>(func, [item], checked.shared);
    return new MappedJobs<T, Awaited<R>>(items, checked, submit).results();
  }

  /** How many jobs the queue has, of all submitters. */
  async statistics(): Promise<QueueStatistics> {
    return await this.#jobs.broker.statistics();
  }

  /** The jobs that failed as often as they were allowed to, of all submitters, the latest last. */
  async deadLetters(): Promise<DeadLetter[]> {
    return await this.#jobs.broker.deadLetters();
  }

  /**
   * Removes dead letters.
   *
   * @param ids - their ids; all of them when not given
   * @returns how many there were
   */
  async discardDeadLetters(ids?: Iterable<string> | null): Promise<number> {
    return await this.#jobs.broker.discard(ids == null ? null : [...ids]);
  }

  /**
   * Takes no more jobs, and disconnects from the queue after the last one has ended.
   *
   * @param options - `wait` (default `true`): whether the promise waits for that; `cancelFutures` (default `false`):
   *   whether all jobs are cancelled, those that run included
   * @python concurrent.futures.Executor.shutdown()
   */
  async shutdown(options?: ExecutorShutdownOptions | null): Promise<void> {
    const { wait, cancelFutures } = checkOptions(options, ['wait', 'cancelFutures']);
    const closed = this.#jobs.shutdown(cancelFutures ?? false);
    if (wait ?? true) await closed;
  }

  /** Shuts the executor down and waits for its jobs: `await using executor = …`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #checkOpen(): void {
    if (this.#jobs.isClosing) throw new RuntimeError('cannot schedule new futures after shutdown');
  }
}
