import { Buffer } from 'node:buffer';
import {
  type AbstractFuture,
  getRunningLoop,
  Protocol,
  type ReadTransport,
  type WriteTransport,
} from 'bight';
import type { Trace } from './trace.js';

/** A protocol that notes what happens to one end of a pipe. */
export class PipeRecorder extends Protocol {
  data = Buffer.alloc(0);
  readonly lost: AbstractFuture<void> = getRunningLoop().createFuture<void>();
  #transport!: ReadTransport | WriteTransport;
  readonly #listeners = new Set<() => void>();

  constructor(readonly trace: Trace) {
    super();
  }

  override connectionMade(transport: ReadTransport | WriteTransport): void {
    this.#transport = transport;
    this.trace('made', transport.isClosing());
  }

  override dataReceived(data: Buffer): void {
    this.data = Buffer.concat([this.data, data]);
    for (const listener of [...this.#listeners]) listener();
  }

  override eofReceived(): void {
    this.trace('eof', this.data.subarray(0, 20));
  }

  override connectionLost(error: Error | null): void {
    this.trace('lost', error, this.#transport.isClosing());
    this.lost.setResult();
  }

  override pauseWriting(): void {
    this.trace('pause writing', (this.#transport as WriteTransport).getWriteBufferSize() > 0);
  }

  override resumeWriting(): void {
    this.trace('resume writing');
  }

  /** Waits until there are this many bytes. */
  received(size: number): AbstractFuture<void> {
    const enough = getRunningLoop().createFuture<void>();
    const listen = () => {
      if (this.data.length >= size && !enough.done()) enough.setResult();
    };
    this.#listeners.add(listen);
    enough.addDoneCallback(() => this.#listeners.delete(listen));
    listen();
    return enough;
  }
}
