import {
  type BaseTransport,
  Protocol,
  type TaskLoop,
  type Transport,
} from '../../packages/loop-abstract/src/index.js';
import { EventLog, withError } from './event-log.js';

/** The life of every transport, as a regular expression over the events of its protocol. */
export const TRANSPORT_LIFE = /^made (data |pause |resume )*(eof (pause |resume )*)?lost/;

/** A protocol that writes down what happens to it, and lets a test wait for it. */
export class Recording extends Protocol {
  transport!: Transport;
  readonly chunks: Buffer[] = [];
  /** What the connection was lost with; `undefined` while it is not lost. */
  lost: Error | null | undefined;
  /** What `eofReceived()` returns. */
  keepsOpen = false;
  readonly #log: EventLog;

  constructor(loop: Pick<TaskLoop, 'createFuture'>) {
    super();
    this.#log = new EventLog(loop);
  }

  get events(): string[] {
    return this.#log.events;
  }

  /** The events, with pieces of data in a row counted as one. */
  get summary(): string[] {
    return this.#log.summary;
  }

  get data(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.data.toString('latin1');
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
    this.note('made');
  }

  override dataReceived(data: Buffer): void {
    this.chunks.push(data);
    this.note('data');
  }

  override eofReceived(): boolean {
    this.note('eof');
    return this.keepsOpen;
  }

  override connectionLost(error: Error | null): void {
    this.lost = error;
    this.note(withError('lost', error));
  }

  override pauseWriting(): void {
    this.note('pause');
  }

  override resumeWriting(): void {
    this.note('resume');
  }

  note(event: string): void {
    this.#log.note(event);
  }

  /** Waits, as long as the test may take, until something holds. It is checked after every event. */
  until(holds: (self: this) => boolean): Promise<void> {
    return this.#log.until(() => holds(this));
  }

  received(bytes: number): Promise<void> {
    return this.until(() => this.chunks.reduce((sum, chunk) => sum + chunk.length, 0) >= bytes);
  }

  event(name: string): Promise<void> {
    return this.#log.event(name);
  }
}

/** A `Recording` that sends back what it gets. */
export class Echo extends Recording {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}
