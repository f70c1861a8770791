import type { CallMessage } from '../calls/call-message.js';
import type { Job } from './job.js';
import type { WorkerLink } from './worker-link.js';

/** A worker as its pool sees it: a link, and the jobs that were sent over it and not answered yet, oldest first. */
export class WorkerRecord {
  readonly link: WorkerLink;
  readonly jobs: Job[] = [];
  /** Whether the worker has started, and its initializer ended. */
  isReady = false;
  /** How many calls it has answered. */
  answered = 0;
  /** How many messages it has been sent. */
  #sent = 0;

  constructor(link: WorkerLink) {
    this.link = link;
  }

  /** Sends the call that prepares the worker, before all jobs. */
  prepare(preparation: CallMessage): void {
    this.link.send(preparation, []);
    this.#sent++;
  }

  /** Sends a job. */
  post(job: Job): void {
    const { message } = job;
    if (this.link.claims !== null) message.slot = this.link.claims.offer(message.id);
    try {
      this.link.send(message, job.transferList);
    } catch (error) {
      this.link.claims?.release(message.slot);
      throw error;
    }
    job.worker = this;
    job.place = ++this.#sent;
    this.jobs.push(job);
    if (this.jobs.length === 1) this.link.keepAlive(true);
  }

  /** Takes the job that a reply is for out of the list. */
  take(id: number): Job | undefined {
    return this.#takeWhere((job) => job.message.id === id);
  }

  /** Takes out the job that was the `place`-th message to this worker, unless it has been taken back. */
  takeUnread(place: number): Job | undefined {
    return this.#takeWhere((job) => job.place === place);
  }

  /** Takes out the job whose answer comes next. */
  takeBegun(): Job | undefined {
    return this.#takeWhere((job) => this.hasBegun(job));
  }

  #takeWhere(isMeant: (job: Job) => boolean): Job | undefined {
    const index = this.jobs.findIndex(isMeant);
    if (index === -1) return undefined;
    const [job] = this.jobs.splice(index, 1);
    this.link.claims?.release(job!.message.slot);
    job!.worker = null;
    return job;
  }

  /** Whether the worker has begun a job that was sent to it. */
  hasBegun({ message }: Job): boolean {
    const { claims } = this.link;
    return claims === null || claims.isClaimed(message.slot, message.id);
  }

  /** Takes a job back that the worker has not begun. @returns `false` when it has */
  takeBack(job: Job): boolean {
    const { claims } = this.link;
    if (claims === null || !claims.takeBack(job.message.slot, job.message.id)) return false;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    job.worker = null;
    return true;
  }

  /** The oldest job that the worker has not begun, as far as can be seen without taking it back. */
  oldestWaiting(): Job | undefined {
    return this.link.claims === null ? undefined : this.jobs.find((job) => !this.hasBegun(job));
  }
}
