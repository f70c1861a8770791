import { Queue, QueueFull, QueueShutDown, type StreamWriter } from 'bight';
import type { Room } from './room.js';

// A member with this many unsent lines has stopped reading.
const MOST_UNSENT_LINES = 100;

/** A client that has a name. */
export class Member {
  readonly name: string;
  /** The room of the member. */
  room: Room | null = null;

  readonly #writer: StreamWriter;
  readonly #unsent = new Queue<string>({ maxsize: MOST_UNSENT_LINES });

  constructor(name: string, writer: StreamWriter) {
    this.name = name;
    this.#writer = writer;
  }

  /** Queues a line. A slow reader delays no other member; a member that stops reading is disconnected. */
  deliver(line: string): void {
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

  /** Sends the last line. */
  goodbye(line: string): void {
    this.deliver(line);
    this.#unsent.shutdown();
  }
}
