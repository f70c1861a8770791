import type { Transferable } from 'node:worker_threads';
import type { CallMessage } from '../calls/call-message.js';
import { type CallControl, PoolFuture } from './pool-future.js';
import type { WorkerRecord } from './worker-record.js';

/** What a job asks of its pool. */
export interface JobOwner {
  /** See `CallControl.withdraw`. */
  withdraw(job: Job): boolean;
}

/** A call on its way through a pool. */
export class Job implements CallControl {
  readonly future: PoolFuture<unknown>;
  readonly message: CallMessage;
  /** What moves with the message. It can be sent only once, so such a job waits for a worker that is free. */
  readonly transferList: readonly Transferable[];
  /** The worker that was sent the call. */
  worker: WorkerRecord | null = null;
  /** The place of the call among the messages to that worker, from 1 on. */
  place = 0;
  readonly #owner: JobOwner;

  constructor(owner: JobOwner, message: CallMessage, transferList: readonly Transferable[]) {
    this.#owner = owner;
    this.message = message;
    this.transferList = transferList;
    this.future = new PoolFuture(this);
  }

  withdraw(): boolean {
    return this.#owner.withdraw(this);
  }

  isRunning(): boolean {
    return this.worker?.hasBegun(this) === true;
  }
}
