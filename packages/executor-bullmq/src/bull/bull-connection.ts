import { randomUUID } from 'node:crypto';
import { RuntimeError, TimeoutError } from '@bight/loop-abstract';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueState } from '../broker.js';
import type { CheckedQueueOptions } from '../options/queue-options.js';
import type { PendingWork } from './pending-work.js';
import { QueueKeys } from './queue-keys.js';
import { type Scripts, withScripts } from './scripts.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearInterval, setInterval, setTimeout } = globalThis;

/** How many heartbeats of a submitter are missing when it counts as dead. */
const MISSED_BEATS = 3;

/** What a connection reports to its broker. */
export interface ConnectionEvents {
  /** The queue's events are about to be read. */
  onStart(events: QueueEvents): void;
  /** Commands can be sent, for the first time or again. */
  onConnected(): void;
  /** There will be no connection. */
  onFailure(error: unknown): void;
  onState(state: QueueState): void;
}

/** The connection of a submitter to a queue of BullMQ, and its signs of life there. */
export class BullConnection {
  readonly redis: Redis & Scripts;
  readonly keys: QueueKeys;
  /** The id of this submitter. */
  readonly client = randomUUID();
  readonly #options: CheckedQueueOptions;
  readonly #work: PendingWork;
  readonly #events: ConnectionEvents;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stateWaiters: (() => void)[] = [];
  #state: QueueState = 'reconnecting';
  #queue: Queue | null = null;
  #queueEvents: QueueEvents | null = null;
  #lastError: unknown = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: CheckedQueueOptions, work: PendingWork, events: ConnectionEvents) {
    this.#options = options;
    this.#work = work;
    this.#events = events;
    this.keys = new QueueKeys(options.prefix, options.queue);
    this.redis = withScripts(options.connection.open());
  }

  get state(): QueueState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** The queue; `null` before the first connection. */
  get queue(): Queue | null {
    return this.#queue;
  }

  /** Connects, again and again; the first connection must be made within `connectTimeout`. */
  open(): void {
    const { connectTimeoutMs } = this.#options;
    this.redis.on('error', (error: unknown) => {
      this.#lastError = error;
    });
    this.redis.on('ready', () => this.#onReady());
    this.redis.on('close', () => this.#setState('reconnecting'));
    if (connectTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#timers.push(setTimeout(() => this.#onConnectTimeout(), connectTimeoutMs));
    }
    // The reason is reported as an 'error' event; this error only states that the connection is closed.
    this.redis.connect().catch(() => undefined);
  }

  /** @throws the error for which there will be no connection */
  checkFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /**
   * The queue, once commands can be sent.
   *
   * @throws {RuntimeError} when the connection was closed
   * @throws the error for which there will be no connection
   */
  async ready(): Promise<Queue> {
    for (;;) {
      this.checkFailure();
      if (this.#state === 'closed') throw new RuntimeError('the executor was shut down');
      if (this.#queue !== null && this.#state === 'connected') return this.#queue;
      await this.#stateChange();
    }
  }

  /** Waits for the work under way while the connection lasts, and closes the queue. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    try {
      while (this.isConnected && !this.#work.isEmpty) {
        await Promise.race([this.#work.settled(), this.#disconnected()]);
      }
      if (this.isConnected) {
        await this.#queueEvents?.close();
        const sweep = this.redis.bightSweep(this.keys.clients, this.keys.base, this.client);
        await Promise.race([sweep, this.#disconnected()]);
      }
      await this.#queue?.close();
    } finally {
      this.#setState('closed');
      this.redis.disconnect();
    }
  }

  #onConnectTimeout(): void {
    if (this.#queue !== null) return;
    const seconds = this.#options.connectTimeoutMs / 1000;
    this.#fail(this.#lastError ?? new TimeoutError(`no connection to the queue within ${seconds} seconds`));
  }

  #onReady(): void {
    if (this.#state === 'closed') return;
    if (this.#queue === null) {
      this.#work.add(this.#start());
      return;
    }
    this.#setState('connected');
    this.#beat();
    this.#events.onConnected();
  }

  async #start(): Promise<void> {
    const { queue: name, prefix, heartbeatMs } = this.#options;
    try {
      await this.#sendBeat();
      const [last] = await this.redis.xrevrange(this.keys.events, '+', '-', 'COUNT', 1);
      if (this.#queue !== null || this.#state === 'closed') return;
      const queue = new Queue(name, { connection: this.redis, prefix });
      const queueEvents = new QueueEvents(name, {
        connection: this.redis,
        prefix,
        lastEventId: last?.[0] ?? '0-0',
      });
      // Of the same connection, whose errors are noted, and of commands, which are sent again.
      queue.on('error', () => undefined);
      queueEvents.on('error', () => undefined);
      this.#events.onStart(queueEvents);
      this.#queue = queue;
      this.#queueEvents = queueEvents;
      await queue.waitUntilReady();
    } catch (error) {
      // The connection was lost again, which brings another 'ready'; or the server is none that BullMQ can use.
      if (this.redis.status === 'ready') this.#fail(error);
      return;
    }
    if (this.state === 'closed') return;
    this.#timers.push(setInterval(() => this.#beat(), heartbeatMs));
    this.#setState('connected');
    this.#events.onConnected();
  }

  #beat(): void {
    if (this.isConnected) this.#work.add(this.#sendBeat());
  }

  #sendBeat(): Promise<number> {
    return this.redis.bightBeat(this.keys.clients, this.client, this.#options.heartbeatMs * MISSED_BEATS);
  }

  async #disconnected(): Promise<void> {
    while (this.isConnected) await this.#stateChange();
  }

  #stateChange(): Promise<void> {
    return new Promise((resolve) => this.#stateWaiters.push(resolve));
  }

  #setState(state: QueueState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    for (const resolve of this.#stateWaiters.splice(0)) resolve();
    this.#events.onState(state);
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#setState('closed');
    this.redis.disconnect();
    this.#events.onFailure(error);
  }
}

/** @returns whether a command failed because the connection was lost */
export function isConnectionError(error: unknown): boolean {
  const { message = '', code = '' } = Object(error) as { message?: string; code?: string };
  return (
    /^E(CONN|PIPE|NET|HOST|TIMEDOUT)/.test(code) || /Connection is closed|Command aborted/i.test(message)
  );
}
