import { Queue, QueueFull, QueueShutDown, type StreamWriter } from 'bight';
import type { Room } from './room.js';

// Whoever lets so many lines wait does not read them.
const MOST_UNSENT_LINES = 100;

/** Somebody who takes part. */
export class Member {
  readonly name: string;
  /** Where the member is. */
  room: Room | null = null;

  readonly #writer: StreamWriter;
  readonly #unsent = new Queue<string>({ maxsize: MOST_UNSENT_LINES });

  constructor(name: string, writer: StreamWriter) {
    this.name = name;
    this.#writer = writer;
  }

  /** Has a line sent. The others do not wait for a member who reads slowly; one who does not read at all is cut off. */
  hear(line: string): void {
    try {
      this.#unsent.putNowait(line);
    } catch (error) {
      if (error instanceof QueueFull) this.#writer.transport.abort();
      else if (!(error instanceof QueueShutDown)) throw error;
    }
  }

  /** Sends lines as fast as the member reads them, until the {@link goodbye}. */
  async sendLines(): Promise<void> {
    for await (const line of this.#unsent) await this.#writer.send(Buffer.from(`${line}\n`));
  }

  /** Has the last line sent. */
  goodbye(line: string): void {
    this.hear(line);
    this.#unsent.shutdown();
  }
}
