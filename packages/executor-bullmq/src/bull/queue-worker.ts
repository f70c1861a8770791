/// <reference lib="esnext.disposable" preserve="true" />
import { RuntimeError } from '@bight/loop-abstract';
import { getRunningLoop } from '@bight/loop-core';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  type CheckedWorkerOptions,
  checkWorkerOptions,
  type QueueWorkerOptions,
} from '../options/worker-options.js';
import { KnownVariables } from '../running/known-variables.js';
import { ModuleFunctions } from '../running/module-functions.js';
import { type JobEnd, type JobLoop, RunningJob } from '../running/running-job.js';
import { decodeValue, encodeValue } from '../values/encoded-value.js';
import { CANCELLED_REASON, failureText } from '../values/failure.js';
import { Cancels } from './cancels.js';
import { type JobData, keyOfId, nonceOf, type Reported } from './job-data.js';
import { QueueKeys } from './queue-keys.js';
import { type Scripts, withScripts } from './scripts.js';
import { LARGE_RESULT, StoredValues } from './stored-values.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearInterval, setInterval } = globalThis;

/** How often a job may lose its worker before it counts as one that kills workers. */
const MOST_DEATHS = 3;
/** How often the worker checks whether the submitters live, for jobs that end with them. */
const ORPHANS_MS = 1000;
/** How long the values of a dead letter are kept at most. */
const DEAD_LETTER_SECONDS = 30 * 86_400;

const NONE: Readonly<Record<string, never>> = Object.freeze({});

/** A job that runs in this worker. */
interface Running {
  readonly job: RunningJob;
  readonly data: JobData;
}

/** Takes jobs from a queue, and runs them as tasks of the running loop. `npx bight worker` is one of these. */
export class QueueWorker {
  readonly #options: CheckedWorkerOptions;
  readonly #loop: JobLoop;
  readonly #functions = new ModuleFunctions();
  readonly #known = new KnownVariables();
  readonly #keys: QueueKeys;
  readonly #running = new Map<string, Running>();
  #redis: (Redis & Scripts) | null = null;
  #values!: StoredValues;
  #worker: Worker | null = null;
  #cancels: Cancels | null = null;
  #orphans: NodeJS.Timeout | undefined;
  #hasStarted = false;

  /**
   * @param options - `queue`, `connection`, `modules`, and those of `QueueWorkerOptions`
   * @throws {TypeError} for an unknown option, and a value of the wrong type
   * @throws {ValueError} for an impossible value
   * @throws {RuntimeError} when no loop is running
   */
  constructor(options: QueueWorkerOptions) {
    this.#options = checkWorkerOptions(options);
    this.#loop = getRunningLoop() as unknown as JobLoop;
    this.#keys = new QueueKeys(this.#options.prefix, this.#options.queue);
    for (const variable of this.#options.variables.values()) this.#known.add(variable);
  }

  /**
   * Loads the modules, connects, and begins to take jobs. Where Redis cannot be reached it goes on trying.
   *
   * @throws what a module throws when it is loaded
   * @throws {ValueError} when two modules have the same file name
   * @throws {RuntimeError} when it was started before
   */
  async start(): Promise<void> {
    if (this.#hasStarted) throw new RuntimeError('the worker was started before');
    this.#hasStarted = true;
    const { queue, prefix, modules, concurrency, lockMs, connection } = this.#options;
    await this.#known.during(async () => {
      for (const url of modules) this.#functions.add(url, await import(/* webpackIgnore: true */ url));
    });
    const redis = withScripts(connection.open());
    this.#redis = redis;
    redis.on('error', (error) => this.#options.onError(error));
    this.#values = new StoredValues(redis, this.#keys);
    this.#cancels = new Cancels(connection.open(), this.#keys.control, (id, nonce) =>
      this.#cancel(id, nonce),
    );
    await Promise.all([connected(redis), this.#cancels.start()]);
    this.#worker = new Worker(queue, (job) => this.#process(job as Job<JobData>), {
      connection: redis,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MOST_DEATHS,
      runRetryDelay: 1000,
      drainDelay: 1,
      autorun: false,
    });
    // Errors of the connection, which is made again; those of a job end the job.
    this.#worker.on('error', (error) => this.#options.onError(error));
    this.#worker.on('lockRenewalFailed', (ids) => {
      // Another worker may run them now.
      for (const id of ids) this.#running.get(id)?.job.cancel(this.#loop);
    });
    await this.#worker.waitUntilReady();
    void this.#worker.run().catch(() => undefined);
    this.#orphans = setInterval(() => void this.#cancelOrphans().catch(() => undefined), ORPHANS_MS);
  }

  /** Takes no more jobs, and lets those that run end. */
  async close(): Promise<void> {
    await this.#worker?.close();
    clearInterval(this.#orphans);
    this.#cancels?.stop();
    const redis = this.#redis;
    if (redis === null) return;
    // What the queue is known by outlives its jobs and submitters while there are workers.
    if (redis.status === 'ready')
      await redis.bightSweep(this.#keys.clients, this.#keys.base, '').catch(() => undefined);
    redis.disconnect();
  }

  /** Lets what runs end: `await using worker = …`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #process(job: Job<JobData>): Promise<unknown> {
    const { data } = job;
    const id = job.id ?? '';
    const nonce = nonceOf(id, data);
    if (this.#cancels!.has(nonce)) return this.#giveUp(job);
    if (data.orphans === 'cancel' && (await this.#isOrphan(id, data))) return this.#giveUp(job);
    // Most jobs need nothing more of Redis, and no turns to wait for it.
    const args = (
      'stored' in data.args ? await this.#values.load(data.args) : decodeValue(data.args)
    ) as unknown[];
    const variables: [string, unknown][] = [];
    for (const [name, value] of Object.entries(data.variables ?? NONE)) {
      variables.push([name, await this.#values.load(value)]);
    }
    const running = new RunningJob(
      this.#loop,
      () => this.#functions.find(data.module, job.name),
      this.#known,
      {
        job: {
          id: keyOfId(id),
          attempt: job.attemptsMade + 1,
          headers: data.headers ?? NONE,
          progress: (value) => this.#report(job, value),
        },
        name: job.name,
        args,
        variables,
        timeoutSeconds: data.timeout ?? null,
      },
    );
    this.#running.set(id, { job: running, data });
    // A cancel that came while the arguments were loaded.
    if (this.#cancels!.has(nonce)) running.cancel(this.#loop);
    try {
      return await this.#finish(job, await running.ended);
    } finally {
      this.#running.delete(id);
    }
  }

  async #finish(job: Job<JobData>, end: JobEnd): Promise<unknown> {
    if (end.state === 'cancelled') return this.#giveUp(job);
    const { args } = job.data;
    if (end.state !== 'returned') {
      const text = failureText(end.error);
      await this.#values.expire(args, DEAD_LETTER_SECONDS);
      throw end.state === 'refused' ? new UnrecoverableError(text) : new Error(text);
    }
    let result: Reported;
    try {
      const value = encodeValue(end.value, 'the result of the job');
      const isLarge = value.size > LARGE_RESULT;
      const ttl = ageOf(job.opts.removeOnComplete);
      result = { bight: isLarge ? await this.#values.store(value, LARGE_RESULT, ttl) : value.encoded };
    } catch (error) {
      // Another try would fail in the same way.
      throw new UnrecoverableError(failureText(error));
    }
    if ('stored' in args) await this.#values.remove(args);
    return result;
  }

  /** Ends a job that was cancelled; nothing of it stays. */
  async #giveUp(job: Job<JobData>): Promise<never> {
    job.opts.removeOnFail = true;
    await this.#values.remove(job.data.args);
    throw new UnrecoverableError(CANCELLED_REASON);
  }

  #report(job: Job<JobData>, value: unknown): void {
    const encoded = encodeValue(value, 'the progress of the job');
    const report = async () => {
      const stored = await this.#values.store(encoded, LARGE_RESULT, 3600);
      await job.updateProgress({ bight: stored } satisfies Reported as unknown as object);
    };
    // What a job reports that has lost its lock is dropped.
    report().catch(() => undefined);
  }

  #cancel(id: string, nonce: string): void {
    const running = this.#running.get(id);
    if (running !== undefined && nonceOf(id, running.data) === nonce) running.job.cancel(this.#loop);
  }

  async #isOrphan(id: string, { client = '' }: JobData): Promise<boolean> {
    return (await this.#redis!.bightIsWanted(this.#keys.submitters(id), this.#keys.clients, client)) === 0;
  }

  async #cancelOrphans(): Promise<void> {
    for (const [id, { job, data }] of [...this.#running]) {
      if (data.orphans === 'cancel' && (await this.#isOrphan(id, data))) job.cancel(this.#loop);
    }
  }
}

function ageOf(kept: unknown): number {
  const { age } = Object(kept) as { age?: number };
  return age ?? 3600;
}

async function connected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  const ready = new Promise<void>((resolve) => {
    redis.once('ready', () => resolve());
  });
  redis.connect().catch(() => undefined);
  await ready;
}
