import { Fifo } from '@bight/loop-abstract/low-level';
import type { LocalJob } from './local-job.js';

/** The jobs that could begin now: by priority, and first come, first served. */
export class JobList {
  readonly #byPriority = new Map<number, Fifo<LocalJob>>();
  /** The numbers that there are jobs with, lowest first. */
  #priorities: number[] = [];
  #withdrawn = 0;
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length - this.#withdrawn;
  }

  /** Adds a job. */
  push(job: LocalJob): void {
    const { priority } = job.submission;
    let list = this.#byPriority.get(priority);
    if (list === undefined) {
      list = new Fifo();
      this.#byPriority.set(priority, list);
      this.#priorities.push(priority);
      this.#priorities.sort((a, b) => a - b);
    }
    list.push(job);
    this.#length++;
  }

  /** Notes that a job in the list was withdrawn; it is passed over. */
  noteWithdrawn(): void {
    this.#withdrawn++;
  }

  /** Takes the first job. */
  shift(): LocalJob | undefined {
    for (;;) {
      const [priority] = this.#priorities;
      if (priority === undefined) return undefined;
      const list = this.#byPriority.get(priority)!;
      const job = list.shift();
      if (job === undefined) {
        this.#byPriority.delete(priority);
        this.#priorities.shift();
        continue;
      }
      this.#length--;
      if (!job.isWithdrawn) return job;
      this.#withdrawn--;
    }
  }
}
