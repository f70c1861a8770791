import {
  type Address,
  type BaseTransport,
  DatagramProtocol,
  type DatagramTransport,
} from '@bight/loop-abstract';
import type { TestLoop } from './loops.js';

/** A datagram protocol that writes down what happens to it, and lets a test wait for it. */
export class DatagramRecording extends DatagramProtocol {
  transport!: DatagramTransport;
  readonly events: string[] = [];
  readonly datagrams: { data: Buffer; from: Address }[] = [];
  readonly errors: NodeJS.ErrnoException[] = [];

  readonly #loop: TestLoop;
  #waiting: { holds: () => boolean; resolve: () => void }[] = [];

  constructor(loop: TestLoop) {
    super();
    this.#loop = loop;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as DatagramTransport;
    this.#note('made');
  }

  override datagramReceived(data: Buffer, from: Address): void {
    this.datagrams.push({ data, from });
    this.#note('datagram');
  }

  override errorReceived(error: Error): void {
    this.errors.push(error);
    this.#note('error');
  }

  override connectionLost(error: Error | null): void {
    this.#note(`lost ${error}`);
  }

  override pauseWriting(): void {
    this.#note('pause');
  }

  override resumeWriting(): void {
    this.#note('resume');
  }

  get texts(): string[] {
    return this.datagrams.map(({ data }) => data.toString());
  }

  #note(event: string): void {
    this.events.push(event);
    const ready = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  until(holds: (self: this) => boolean): Promise<void> {
    const future = this.#loop.createFuture<void>();
    if (holds(this)) future.setResult(undefined);
    else this.#waiting.push({ holds: () => holds(this), resolve: () => future.setResult(undefined) });
    return Promise.resolve(future);
  }

  received(count: number): Promise<void> {
    return this.until(() => this.datagrams.length >= count);
  }
}
