import { randomUUID } from 'node:crypto';
import { RuntimeError, TimeoutError } from '@bight/loop-abstract';
import { type JobsOptions, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type {
  Broker,
  BrokerEvents,
  DeadLetter,
  Outcome,
  QueueState,
  QueueStatistics,
  Submission,
} from '../executor/broker.js';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import { fileNameOf } from '../running/module-functions.js';
import { type EncodedValue, encodeValue, type SizedValue } from '../values/encoded-value.js';
import { CANCELLED_REASON, failureOf } from '../values/failure.js';
import { idOfKey, isReported, type JobData, keyOfId } from './job-data.js';
import { QueueKeys } from './queue-keys.js';
import { type Scripts, withScripts } from './scripts.js';
import { LARGE_ARGUMENTS, StoredValues } from './stored-values.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearInterval, clearTimeout, queueMicrotask, setInterval, setTimeout } = globalThis;
const readClock = performance.now.bind(performance);

/** How many jobs are added, taken or looked after in one go. */
const BATCH = 500;
/** How long the broker waits between two attempts to withdraw a job that runs. */
const WITHDRAW_AGAIN_MS = 2000;
/** How often jobs are looked after whose events may have been lost. */
const CHECK_MS = 5000;
/** For the cancel of a job that another submitter began. */
const NO_DATA = { nonce: '' };

/** A job of this submitter. */
interface Held {
  readonly submission: Submission;
  readonly jobId: string;
  readonly args: SizedValue;
  readonly variables: readonly (readonly [name: string, value: SizedValue])[];
  /** The arguments where they travel apart. */
  storedArgs: EncodedValue | undefined;
  isAdded: boolean;
  isWithdrawn: boolean;
  /** When it was looked after last, and how often it was not there. */
  checkedMs: number;
  missing: number;
  /** Called when it has ended. */
  ended: (() => void) | null;
}

/** The jobs of one submitter in a queue of BullMQ. */
export class BullBroker implements Broker {
  state: QueueState = 'reconnecting';
  readonly #options: CheckedQueueOptions;
  readonly #events: BrokerEvents;
  readonly #client = randomUUID();
  readonly #keys: QueueKeys;
  readonly #redis: Redis & Scripts;
  readonly #values: StoredValues;
  readonly #held = new Map<string, Held>();
  /** What is not in Redis yet. */
  #unsent: Held[] = [];
  /** What is to be removed from Redis, its results having been taken. */
  #taken: string[] = [];
  readonly #pending = new Set<Promise<unknown>>();
  readonly #timers: NodeJS.Timeout[] = [];
  #queue: Queue | null = null;
  #queueEvents: QueueEvents | null = null;
  readonly #stateWaiters: (() => void)[] = [];
  #isSending = false;
  #isTaking = false;
  #lastError: unknown = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: CheckedQueueOptions, events: BrokerEvents) {
    this.#options = options;
    this.#events = events;
    this.#keys = new QueueKeys(options.prefix, options.queue);
    this.#redis = withScripts(options.connection.open());
    this.#values = new StoredValues(this.#redis, this.#keys);
    this.#connect();
  }

  submit(submission: Submission): void {
    if (this.#failure !== null) throw this.#failure.error;
    const held: Held = {
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
      ended: null,
    };
    this.#held.set(held.jobId, held);
    this.#unsent.push(held);
    this.#sendSoon();
  }

  withdraw(id: string): void {
    const held = [this.#held.get(id), this.#held.get(idOfKey(id))].find((one) => one?.submission.id === id);
    if (held === undefined || held.isWithdrawn) return;
    held.isWithdrawn = true;
    if (this.#unsent.includes(held)) {
      this.#unsent.splice(this.#unsent.indexOf(held), 1);
      queueMicrotask(() => this.#end(held, { state: 'cancelled' }));
    } else if (held.isAdded) {
      this.#track(this.#withdraw(held));
    }
  }

  async statistics(): Promise<QueueStatistics> {
    const queue = await this.#ready();
    const counts = await queue.getJobCounts(
      'wait',
      'prioritized',
      'active',
      'delayed',
      'completed',
      'failed',
    );
    const count = (name: string) => counts[name] ?? 0;
    return {
      waiting: count('wait') + count('prioritized'),
      running: count('active'),
      delayed: count('delayed'),
      completed: count('completed'),
      failed: count('failed'),
    };
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const queue = await this.#ready();
    const jobs = await queue.getJobs('failed', 0, -1, true);
    return await Promise.all(
      jobs.map(async ({ id, name, data, failedReason, attemptsMade, stalledCounter }) => {
        const { module, args } = (data ?? {}) as Partial<JobData>;
        return {
          id: keyOfId(id ?? ''),
          name,
          module: module ?? '',
          args: args === undefined ? undefined : await this.#argumentsOf(args),
          error: failureOf(failedReason ?? '', this.#options.errorClasses),
          attempts: Math.max(attemptsMade, stalledCounter ?? 0),
        };
      }),
    );
  }

  async discard(ids: readonly string[] | null): Promise<number> {
    const queue = await this.#ready();
    const wanted = ids === null ? null : new Set(ids.map((id) => idOfKey(id)).concat(ids));
    const jobs = (await queue.getJobs('failed')).filter(({ id }) => wanted?.has(id ?? '') ?? true);
    for (const { id, data } of jobs) {
      await queue.remove(id ?? '');
      await this.#values.remove((data as Partial<JobData>).args);
    }
    return jobs.length;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    try {
      while (this.state === 'connected' && this.#pending.size > 0) {
        await Promise.race([Promise.all(this.#pending), this.#disconnected()]);
      }
      if (this.state === 'connected') {
        await this.#queueEvents?.close();
        const sweep = this.#redis.bightSweep(this.#keys.clients, this.#keys.base, this.#client);
        await Promise.race([sweep, this.#disconnected()]);
      }
      await this.#queue?.close();
    } finally {
      this.#setState('closed');
      this.#redis.disconnect();
    }
  }

  #connect(): void {
    const { connectTimeoutMs } = this.#options;
    const redis = this.#redis;
    redis.on('error', (error: unknown) => {
      this.#lastError = error;
    });
    redis.on('ready', () => this.#onReady());
    redis.on('close', () => this.#setState('reconnecting'));
    if (connectTimeoutMs !== Number.POSITIVE_INFINITY) {
      const give = () => {
        if (this.#queue !== null) return;
        this.#fail(
          this.#lastError ??
            new TimeoutError(`no connection to the queue within ${connectTimeoutMs / 1000} seconds`),
        );
      };
      this.#timers.push(setTimeout(give, connectTimeoutMs));
    }
    // What is wrong is reported as an 'error' event; this would only say that the connection is closed.
    redis.connect().catch(() => undefined);
  }

  #onReady(): void {
    if (this.state === 'closed') return;
    if (this.#queue === null) {
      this.#track(this.#start());
      return;
    }
    this.#setState('connected');
    this.#beat();
    this.#sendSoon();
    this.#check(0);
  }

  async #start(): Promise<void> {
    const { queue: name, prefix, heartbeatMs } = this.#options;
    try {
      await this.#redis.bightBeat(this.#keys.clients, this.#client, heartbeatMs * 3);
      const [last] = await this.#redis.xrevrange(this.#keys.events, '+', '-', 'COUNT', 1);
      if (this.#queue !== null || this.state === 'closed') return;
      const queue = new Queue(name, { connection: this.#redis, prefix });
      const queueEvents = new QueueEvents(name, {
        connection: this.#redis,
        prefix,
        lastEventId: last?.[0] ?? '0-0',
      });
      // Of the same connection, whose errors are noted, and of commands, which are sent again.
      queue.on('error', () => undefined);
      queueEvents.on('error', () => undefined);
      this.#listen(queueEvents);
      this.#queue = queue;
      this.#queueEvents = queueEvents;
      await queue.waitUntilReady();
    } catch (error) {
      // The connection was lost again, which brings another 'ready'; or the server is none that BullMQ can use.
      if (this.#redis.status === 'ready') this.#fail(error);
      return;
    }
    this.#timers.push(setInterval(() => this.#beat(), heartbeatMs));
    this.#timers.push(setInterval(() => this.#check(CHECK_MS), CHECK_MS));
    this.#setState('connected');
    this.#sendSoon();
  }

  #listen(events: QueueEvents): void {
    events.on('active', ({ jobId }) => {
      const held = this.#held.get(jobId);
      if (held !== undefined) this.#events.onBegun(held.submission.id);
    });
    events.on('progress', ({ jobId, data }) => {
      const held = this.#held.get(jobId);
      if (held !== undefined) this.#track(this.#report(held, data));
    });
    events.on('completed', ({ jobId, returnvalue }) => {
      const held = this.#held.get(jobId);
      if (held !== undefined) this.#track(this.#succeed(held, returnvalue));
    });
    events.on('failed', ({ jobId, failedReason }) => {
      const held = this.#held.get(jobId);
      if (held !== undefined) this.#failJob(held, failedReason);
    });
    events.on('removed', ({ jobId }) => {
      const held = this.#held.get(jobId);
      if (held?.isAdded) this.#end(held, { state: 'cancelled' });
    });
  }

  async #report({ submission }: Held, data: unknown): Promise<void> {
    const value = isReported(data) ? await this.#values.load(data.bight) : data;
    this.#events.onProgress(submission.id, value);
  }

  async #succeed(held: Held, returned: unknown): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = {
        state: 'returned',
        value: isReported(returned) ? await this.#values.load(returned.bight) : returned,
      };
    } catch (error) {
      outcome = { state: 'failed', error };
    }
    const isLast = await this.#leave(held);
    if (isLast && isReported(returned)) await this.#values.remove(returned.bight);
    if (isLast) this.#take(held.jobId);
    this.#end(held, outcome);
  }

  #failJob(held: Held, reason: string): void {
    this.#track(this.#leave(held));
    if (reason === CANCELLED_REASON) this.#end(held, { state: 'cancelled' });
    else this.#end(held, { state: 'failed', error: failureOf(reason, this.#options.errorClasses) });
  }

  /** Lets this submitter leave a job that has ended, or that it has withdrawn. Whether it was the last one. */
  async #leave({ submission, jobId }: Held): Promise<boolean> {
    if (!submission.isKeyed) return true;
    return (
      (await this.#redis.bightLeave(this.#keys.submitters(jobId), this.#keys.clients, this.#client)) === 0
    );
  }

  #end(held: Held, outcome: Outcome): void {
    if (this.#held.get(held.jobId) !== held) return;
    this.#held.delete(held.jobId);
    held.ended?.();
    this.#events.onEnd(held.submission.id, outcome);
  }

  /** Removes a job whose result was taken, together with others. */
  #take(jobId: string): void {
    this.#taken.push(jobId);
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#track(this.#takeAll());
  }

  async #takeAll(): Promise<void> {
    try {
      while (this.#taken.length > 0) {
        const ids = this.#taken.splice(0, BATCH);
        await this.#redis.bightTake(`${this.#keys.base}completed`, this.#keys.base, ...ids);
      }
    } finally {
      this.#isTaking = false;
    }
  }

  #sendSoon(): void {
    if (this.#isSending || this.#unsent.length === 0 || this.#queue === null || this.state !== 'connected')
      return;
    this.#isSending = true;
    this.#track(
      new Promise<void>((resolve) => {
        queueMicrotask(() => void this.#sendAll().then(resolve));
      }),
    );
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#unsent.length > 0 && this.state === 'connected')
        await this.#send(this.#unsent.splice(0, BATCH));
    } finally {
      this.#isSending = false;
    }
  }

  async #send(batch: readonly Held[]): Promise<void> {
    const jobs: { name: string; data: JobData; opts: JobsOptions }[] = [];
    const sent: Held[] = [];
    for (const held of batch) {
      if (this.#held.get(held.jobId) !== held) continue;
      try {
        const isSimple =
          !held.submission.isKeyed && held.args.size <= LARGE_ARGUMENTS && held.variables.length === 0;
        jobs.push(isSimple ? this.#jobOf(held, plain(held.args), {}) : await this.#prepare(held));
        sent.push(held);
      } catch (error) {
        if (isConnectionError(error)) this.#unsent.push(held);
        else this.#end(held, { state: 'failed', error });
      }
    }
    if (jobs.length === 0) return;
    try {
      await this.#queue!.addBulk(jobs);
    } catch (error) {
      if (!isConnectionError(error)) {
        for (const held of sent) this.#end(held, { state: 'failed', error });
        return;
      }
      // Some of them may be in the queue: the rest is found missing, and added again.
    }
    for (const held of sent) this.#onAdded(held);
  }

  #onAdded(held: Held): void {
    held.isAdded = true;
    if (held.isWithdrawn && this.#held.get(held.jobId) === held) this.#track(this.#withdraw(held));
  }

  /** What takes a few steps: to join a job with the same key, and to store what is large. */
  async #prepare(held: Held): Promise<{ name: string; data: JobData; opts: JobsOptions }> {
    const { submission, jobId, args } = held;
    if (submission.isKeyed) {
      const submitters = this.#keys.submitters(jobId);
      await this.#redis.sadd(submitters, this.#client);
      await this.#redis.expire(submitters, 30 * 86_400);
      // One that has ended, and a dead letter, are no live jobs.
      const [finishedOn] = await this.#redis.hmget(this.#keys.job(jobId), 'finishedOn');
      if (finishedOn !== null) await this.#queue!.remove(jobId);
    }
    held.storedArgs = await this.#values.store(args, LARGE_ARGUMENTS, 0);
    const variables: Record<string, EncodedValue> = {};
    for (const [name, value] of held.variables)
      variables[name] = await this.#values.store(value, Number.POSITIVE_INFINITY, 0);
    return this.#jobOf(held, held.storedArgs, variables);
  }

  #jobOf(
    { submission, jobId }: Held,
    args: EncodedValue,
    variables: Readonly<Record<string, EncodedValue>>,
  ): { name: string; data: JobData; opts: JobsOptions } {
    const { cancelsOrphans, resultTtlSeconds, deadLetterTtlSeconds } = this.#options;
    const { headers, timeoutSeconds, retries, backoffMs, priority, delayMs, nonce } = submission;
    return {
      name: submission.exportName,
      data: {
        module: fileNameOf(submission.url),
        args,
        ...(Object.keys(variables).length > 0 ? { variables } : {}),
        ...(Object.keys(headers).length > 0 ? { headers } : {}),
        ...(timeoutSeconds === null ? {} : { timeout: timeoutSeconds }),
        nonce,
        client: this.#client,
        ...(cancelsOrphans ? { orphans: 'cancel' as const } : {}),
      },
      opts: {
        jobId,
        attempts: retries + 1,
        ...(backoffMs > 0 ? { backoff: { type: 'exponential', delay: backoffMs } } : {}),
        ...(priority > 0 ? { priority } : {}),
        ...(delayMs > 0 ? { delay: delayMs } : {}),
        removeOnComplete: { age: resultTtlSeconds },
        removeOnFail: deadLetterTtlSeconds === 0 ? true : { age: deadLetterTtlSeconds },
      },
    };
  }

  /** Removes a job that waits; has the worker of one that runs cancel it, until it has ended. */
  async #withdraw(held: Held): Promise<void> {
    const { jobId } = held;
    const ended = new Promise<void>((resolve) => {
      held.ended = resolve;
    });
    try {
      if (!(await this.#leave(held))) return this.#end(held, { state: 'cancelled' });
      while (this.#held.get(jobId) === held) {
        if ((await this.#queue!.remove(jobId)) === 1) {
          await this.#values.remove(held.storedArgs);
          return this.#end(held, { state: 'cancelled' });
        }
        await this.#redis.bightCancel(this.#keys.control, jobId, await this.#nonceOf(held));
        await orDelay(ended, WITHDRAW_AGAIN_MS);
      }
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      // Once there is a connection again, the check comes back to it.
      held.checkedMs = 0;
    }
  }

  /** That of the job in the queue, which another submitter may have begun. */
  async #nonceOf({ submission, jobId }: Held): Promise<string> {
    if (!submission.isKeyed) return submission.nonce;
    const data = await this.#redis.hget(this.#keys.job(jobId), 'data');
    return ((data === null ? NO_DATA : JSON.parse(data)) as { nonce: string }).nonce;
  }

  #beat(): void {
    const { heartbeatMs } = this.#options;
    if (this.state !== 'connected') return;
    this.#track(this.#redis.bightBeat(this.#keys.clients, this.#client, heartbeatMs * 3));
  }

  /** Looks after the jobs that no event came for: their events may have been lost, or they with Redis. */
  #check(ageMs: number): void {
    if (this.state !== 'connected') return;
    const now = readClock();
    const due = [...this.#held.values()].filter(
      ({ isAdded, checkedMs }) => isAdded && now - checkedMs >= ageMs,
    );
    if (due.length > 0) this.#track(this.#lookAfter(due));
  }

  async #lookAfter(due: readonly Held[]): Promise<void> {
    for (let at = 0; at < due.length && this.state === 'connected'; at += BATCH) {
      const batch = due.slice(at, at + BATCH);
      const found = await Promise.all(
        batch.map(({ jobId }) =>
          this.#redis.hmget(this.#keys.job(jobId), 'finishedOn', 'returnvalue', 'failedReason', 'data'),
        ),
      );
      for (const [index, held] of batch.entries()) {
        if (this.#held.get(held.jobId) === held) this.#onFound(held, found[index]!);
      }
    }
  }

  #onFound(held: Held, [finishedOn, returnValue, failedReason, data]: readonly (string | null)[]): void {
    held.checkedMs = readClock();
    if (data === null) {
      // Its end may be on its way, as an event; a job that is missing twice was lost.
      held.missing++;
      if (held.missing < 2) held.checkedMs -= CHECK_MS / 2;
      else if (held.isWithdrawn) this.#end(held, { state: 'cancelled' });
      else this.#addAgain(held);
      return;
    }
    held.missing = 0;
    if (finishedOn === null) {
      if (held.isWithdrawn && held.ended === null) this.#track(this.#withdraw(held));
    } else if (failedReason !== null && failedReason !== undefined) {
      this.#failJob(held, failedReason);
    } else {
      this.#track(this.#succeed(held, JSON.parse(returnValue ?? 'null')));
    }
  }

  #addAgain(held: Held): void {
    held.isAdded = false;
    held.missing = 0;
    this.#unsent.push(held);
    this.#sendSoon();
  }

  async #argumentsOf(args: EncodedValue): Promise<readonly unknown[] | undefined> {
    try {
      return (await this.#values.load(args)) as readonly unknown[];
    } catch {
      return undefined;
    }
  }

  async #ready(): Promise<Queue> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.state === 'closed') throw new RuntimeError('the executor was shut down');
    while (this.#queue === null || this.state !== 'connected') {
      await new Promise<void>((resolve) => this.#stateWaiters.push(resolve));
      if (this.#failure !== null) throw (this.#failure as { error: unknown }).error;
      if ((this.state as QueueState) === 'closed') throw new RuntimeError('the executor was shut down');
    }
    return this.#queue;
  }

  async #disconnected(): Promise<void> {
    while (this.state === 'connected') await new Promise<void>((resolve) => this.#stateWaiters.push(resolve));
  }

  #setState(state: QueueState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    for (const resolve of this.#stateWaiters.splice(0)) resolve();
    this.#events.onState(state);
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#setState('closed');
    this.#redis.disconnect();
    this.#unsent = [];
    for (const held of [...this.#held.values()]) this.#end(held, { state: 'failed', error });
  }

  /** What `close()` waits for. What fails is tried again by the next check. */
  #track(work: Promise<unknown>): void {
    const tracked = work.catch(() => undefined);
    this.#pending.add(tracked);
    void tracked.then(() => this.#pending.delete(tracked));
  }
}

function plain({ encoded }: SizedValue): EncodedValue {
  return encoded;
}

/** Waits for a promise, but no longer than so many milliseconds. */
async function orDelay(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}

/** Whether a command failed because the connection was lost. */
function isConnectionError(error: unknown): boolean {
  const { message = '', code = '' } = Object(error) as { message?: string; code?: string };
  return (
    /^E(CONN|PIPE|NET|HOST|TIMEDOUT)/.test(code) || /Connection is closed|Command aborted/i.test(message)
  );
}
