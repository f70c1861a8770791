import {
  type StreamChannel,
  type StreamSink,
  StreamTransport,
  TransportCore,
  type TransportParts,
} from '@bight/loop-core/low-level';

/** A channel that records its calls, and sends when the test lets it. */
export class FakeChannel implements StreamChannel {
  readonly calls: string[] = [];
  readonly sent: string[] = [];
  sink: StreamSink | null = null;
  /** How many bytes the system takes before it is full. */
  room = Number.POSITIVE_INFINITY;
  hasFailed = false;
  #unsent = Buffer.alloc(0);

  open(sink: StreamSink): void {
    this.sink = sink;
  }

  startReading(): void {
    this.calls.push('start');
  }

  stopReading(): void {
    this.calls.push('stop');
  }

  write(data: Uint8Array): void {
    this.writev([data]);
  }

  writev(pieces: readonly Uint8Array[]): void {
    this.#unsent = Buffer.concat([this.#unsent, ...pieces]);
    this.#send();
  }

  get unsentBytes(): number {
    return this.#unsent.length;
  }

  /** The system takes more. */
  drain(room: number): void {
    this.room = room;
    this.#send();
    if (this.sink?.awaitsDrain === true) this.sink.drained();
  }

  #send(): void {
    const count = Math.min(this.room, this.#unsent.length);
    if (count === 0) return;
    this.room -= count;
    this.sent.push(this.#unsent.toString('latin1', 0, count));
    this.#unsent = this.#unsent.subarray(count);
  }

  shutdown(): void {
    this.calls.push('shutdown');
  }

  close(): void {
    this.calls.push('close');
    this.#unsent = Buffer.alloc(0);
  }
}

class FakeCore extends TransportCore<FakeChannel> {
  override extraInfo(name: string): unknown {
    return name === 'channel' ? this.channel : undefined;
  }

  override fileno(): number {
    return 7;
  }
}

/** A transport on a fake channel, not yet started. */
export function fakeTransport(parts: Omit<TransportParts<FakeChannel>, 'channel' | 'owner'>): {
  transport: StreamTransport;
  core: TransportCore<FakeChannel>;
  channel: FakeChannel;
} {
  const channel = new FakeChannel();
  const core = new FakeCore({ owner: null, ...parts, channel });
  return { transport: new StreamTransport(core), core, channel };
}
