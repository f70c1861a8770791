import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';
import type { TestLoop } from './loops.js';

/** Something that a test waits for, until it is true. */
class Condition {
  readonly #waiting: { holds: () => boolean; resolve: () => void }[] = [];

  check(): void {
    for (const waiter of [...this.#waiting]) {
      if (!waiter.holds()) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.resolve();
    }
  }

  add(holds: () => boolean, resolve: () => void): void {
    this.#waiting.push({ holds, resolve });
  }
}

/** A protocol that writes down what happens to it, and lets a test wait for it. */
export class Recording extends Protocol {
  transport!: Transport;
  readonly events: string[] = [];
  readonly chunks: Buffer[] = [];
  lost: Error | null | undefined;
  keepOpen = false;

  readonly #loop: TestLoop;
  readonly #changed = new Condition();

  constructor(loop: TestLoop) {
    super();
    this.#loop = loop;
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
    return this.keepOpen;
  }

  override connectionLost(error: Error | null): void {
    this.lost = error;
    this.note(error === null ? 'lost' : `lost ${(error as NodeJS.ErrnoException).code ?? error.message}`);
  }

  override pauseWriting(): void {
    this.note('pause');
  }

  override resumeWriting(): void {
    this.note('resume');
  }

  note(event: string): void {
    this.events.push(event);
    this.#changed.check();
  }

  /** Waits, as long as the test may take, until something holds. It is looked at after every event. */
  until(holds: (self: this) => boolean): Promise<void> {
    const future = this.#loop.createFuture<void>();
    if (holds(this)) future.setResult(undefined);
    else
      this.#changed.add(
        () => holds(this),
        () => !future.done() && future.setResult(undefined),
      );
    return Promise.resolve(future);
  }

  received(bytes: number): Promise<void> {
    return this.until(() => this.chunks.reduce((sum, chunk) => sum + chunk.length, 0) >= bytes);
  }

  event(name: string): Promise<void> {
    return this.until(() => this.events.some((event) => event === name || event.startsWith(`${name} `)));
  }
}

/** A `Recording` that sends back what it gets. */
export class Echo extends Recording {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}
