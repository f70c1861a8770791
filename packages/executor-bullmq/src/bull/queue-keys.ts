/** The keys that bight has in Redis beside BullMQ's, all of which begin alike. */
export class QueueKeys {
  /** What all keys of the queue begin with. */
  readonly base: string;
  /** When each submitter counts as dead, by Redis's clock: a sorted set. */
  readonly clients: string;
  /** The cancels of jobs that run: a stream. */
  readonly control: string;
  /** BullMQ's stream of events. */
  readonly events: string;

  constructor(prefix: string, queue: string) {
    this.base = `${prefix}:${queue}:`;
    this.clients = `${this.base}bight:clients`;
    this.control = `${this.base}bight:control`;
    this.events = `${this.base}events`;
  }

  /** The submitters of a job with a key: a set. */
  submitters(id: string): string {
    return `${this.base}bight:submitters:${id}`;
  }

  /** A value that was too large to travel with its job. */
  value(name: string): string {
    return `${this.base}bight:value:${name}`;
  }

  /** BullMQ's hash of a job. */
  job(id: string): string {
    return this.base + id;
  }
}
