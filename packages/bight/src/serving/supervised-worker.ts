import { decodeError, type ErrorMessage, encodeError } from '@bight/executors/low-level';
import { type AbstractEventLoop, RuntimeError } from '@bight/loop-abstract';
import { Future } from '@bight/loop-core/low-level';
import type { FromWorker } from './messages.js';
import type { SharedListeners } from './shared-listeners.js';
import type { WorkerEvents, WorkerLink } from './worker-link.js';

/** A worker that a supervisor has started. */
export class SupervisedWorker implements WorkerEvents {
  /** Resolves once it serves; fails when it ends before. */
  readonly ready: Future<void>;
  /** Resolves once it has ended. */
  readonly exited: Future<void>;
  /** When it was started, by the loop's clock. */
  readonly bornSeconds: number;
  /** Whether it was asked to leave. */
  isLeaving = false;
  /** How it ended. */
  failure: unknown = null;
  readonly #loop: AbstractEventLoop;
  readonly #listeners: SharedListeners;
  readonly #link: WorkerLink;
  #isServing = false;

  constructor(
    loop: AbstractEventLoop,
    listeners: SharedListeners,
    connect: (events: WorkerEvents) => WorkerLink,
  ) {
    this.#loop = loop;
    this.#listeners = listeners;
    this.ready = new Future<void>({ loop });
    this.exited = new Future<void>({ loop });
    this.bornSeconds = loop.time();
    this.#link = connect(this);
  }

  /** Whether it serves, or did. */
  get isServing(): boolean {
    return this.#isServing;
  }

  /** Asks it to leave. */
  leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    if (!this.exited.done()) this.#link.send({ type: 'bight:leave' });
  }

  /** Ends it at once. */
  kill(): void {
    this.isLeaving = true;
    if (!this.exited.done()) this.#link.kill();
  }

  onMessage(message: FromWorker): void {
    if (message.type === 'bight:listen') this.#sendListener(message);
    else this.#loop.callSoonThreadsafe(() => this.#note(message));
  }

  onExit(how: string, error?: unknown): void {
    if (!this.#loop.isClosed()) this.#loop.callSoonThreadsafe(() => this.#noteExit(how, error));
  }

  #sendListener({ id, place }: FromWorker & { type: 'bight:listen' }): void {
    let error: ErrorMessage;
    try {
      this.#link.sendListener(id, this.#listeners.descriptor(place));
      return;
    } catch (reason) {
      error = encodeError(reason, (value) => value);
    }
    this.#link.send({ type: 'bight:listener', id, fd: -1, error });
  }

  #note(message: Exclude<FromWorker, { type: 'bight:listen' }>): void {
    if (message.type === 'bight:failed') this.failure = decodeError(message.error, new Map());
    else if (!this.ready.done()) {
      this.#isServing = true;
      this.ready.setResult();
    }
  }

  #noteExit(how: string, error: unknown): void {
    if (this.exited.done()) return;
    this.failure ??= error ?? new RuntimeError(`a worker ${how}`);
    if (!this.ready.done()) this.ready.setException(this.failure);
    // Where no start waits for it, the exit reports the failure.
    this.ready.exception();
    this.exited.setResult();
  }
}
