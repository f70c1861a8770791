import type { AbstractEventLoop, AbstractFuture } from '@bight/loop-abstract';
import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';

/** A protocol that records its calls, and lets the case wait for them. */
export class Recorder extends Protocol {
  transport!: Transport;
  readonly events: string[] = [];
  readonly lost: AbstractFuture<Error | null>;
  received = '';
  /** What `eofReceived()` answers: whether the transport stays open. */
  keepsOpen = false;
  #enough: { length: number; future: AbstractFuture<string> } | null = null;
  readonly #awaited = new Map<string, AbstractFuture<void>>();

  constructor(loop: AbstractEventLoop) {
    super();
    this.lost = loop.createFuture();
  }

  override connectionMade(transport: BaseTransport): void {
    this.#note('made');
    this.transport = transport as Transport;
  }

  override dataReceived(data: Buffer): void {
    if (this.events.at(-1) !== 'data') this.#note('data');
    this.received += data.toString('latin1');
    this.#check();
  }

  override eofReceived(): boolean {
    this.#note('eof');
    return this.keepsOpen;
  }

  override connectionLost(error: Error | null): void {
    this.#note('lost');
    this.lost.setResult(error);
  }

  override pauseWriting(): void {
    this.#note('pause');
  }

  override resumeWriting(): void {
    this.#note('resume');
  }

  /** Waits until this many bytes have come. */
  async bytes(length: number): Promise<string> {
    const future = this.lost.getLoop().createFuture<string>();
    this.#enough = { length, future };
    this.#check();
    return await future;
  }

  /** Waits until an event was recorded; returns at once if it was already. */
  async recorded(event: string): Promise<void> {
    if (this.events.includes(event)) return;
    const future = this.lost.getLoop().createFuture<void>();
    this.#awaited.set(event, future);
    await future;
  }

  #note(event: string): void {
    this.events.push(event);
    const future = this.#awaited.get(event);
    if (future !== undefined && !future.done()) future.setResult(undefined);
  }

  #check(): void {
    const enough = this.#enough;
    if (enough === null || this.received.length < enough.length || enough.future.done()) return;
    enough.future.setResult(this.received);
  }
}
