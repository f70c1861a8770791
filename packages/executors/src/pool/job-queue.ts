import { Fifo } from '@bight/loop-abstract/low-level';
import type { Job } from './job.js';

/** The jobs that no worker has been sent yet, first come, first served. Cancelled ones are passed over. */
export class JobQueue {
  readonly #jobs = new Fifo<Job>();
  /** What was put back, the last one to be taken first. */
  readonly #front: Job[] = [];

  /** Adds a job at the end. */
  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** Puts jobs that were taken back at the front. */
  pushFront(jobs: readonly Job[]): void {
    for (let index = jobs.length - 1; index >= 0; index--) this.#front.push(jobs[index]!);
  }

  /** The first job, which stays. */
  peek(): Job | undefined {
    for (;;) {
      const job = this.#front.at(-1) ?? this.#jobs.first;
      if (job === undefined || !job.future.done()) return job;
      this.#drop();
    }
  }

  /** Takes the first job. */
  shift(): Job | undefined {
    const job = this.peek();
    if (job !== undefined) this.#drop();
    return job;
  }

  /** Takes all jobs. */
  drain(): Job[] {
    const jobs: Job[] = [];
    for (let job = this.shift(); job !== undefined; job = this.shift()) jobs.push(job);
    return jobs;
  }

  #drop(): void {
    if (this.#front.pop() === undefined) this.#jobs.shift();
  }
}
