import {
  type Address,
  type BaseTransport,
  DatagramProtocol,
  type DatagramTransport,
} from '@bight/loop-abstract';
import { EventLog } from '../../../../test/support/event-log.js';
import type { TestLoop } from './loops.js';

/** A datagram protocol that writes down what happens to it, and lets a test wait for it. */
export class DatagramRecording extends DatagramProtocol {
  transport!: DatagramTransport;
  readonly datagrams: { data: Buffer; from: Address }[] = [];
  readonly errors: NodeJS.ErrnoException[] = [];
  readonly #log: EventLog;

  constructor(loop: TestLoop) {
    super();
    this.#log = new EventLog(loop);
  }

  get events(): string[] {
    return this.#log.events;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as DatagramTransport;
    this.#log.note('made');
  }

  override datagramReceived(data: Buffer, from: Address): void {
    this.datagrams.push({ data, from });
    this.#log.note('datagram');
  }

  override errorReceived(error: Error): void {
    this.errors.push(error);
    this.#log.note('error');
  }

  override connectionLost(error: Error | null): void {
    this.#log.note(`lost ${error}`);
  }

  override pauseWriting(): void {
    this.#log.note('pause');
  }

  override resumeWriting(): void {
    this.#log.note('resume');
  }

  get texts(): string[] {
    return this.datagrams.map(({ data }) => data.toString());
  }

  /** Waits, as long as the test may take, until something holds. It is checked after every event. */
  until(holds: (self: this) => boolean): Promise<void> {
    return this.#log.until(() => holds(this));
  }

  received(count: number): Promise<void> {
    return this.until(() => this.datagrams.length >= count);
  }
}
