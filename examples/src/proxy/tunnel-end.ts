import { Protocol, type Transport } from 'bight';

/**
 * One end of a tunnel: what it receives goes out at the other end, which makes it wait where that end is slow. Each
 * direction ends when its sender does; when both have, so does the tunnel.
 */
export class TunnelEnd extends Protocol {
  readonly transport: Transport;
  #partner: TunnelEnd | null = null;
  #hasEnded = false;

  /** @param transport - the transport of this end, whose protocol it becomes */
  constructor(transport: Transport) {
    super();
    this.transport = transport;
  }

  /** Makes a tunnel of two connections. */
  static join(one: Transport, other: Transport): void {
    const ends = [new TunnelEnd(one), new TunnelEnd(other)] as const;
    for (const [i, end] of ends.entries()) {
      end.#partner = ends[1 - i]!;
      end.transport.setProtocol(end);
      // What is written was sent, or copied, when `write()` returns.
      end.transport.setReceiveMode('borrowed');
    }
  }

  get #other(): Transport {
    return this.#partner!.transport;
  }

  override dataReceived(data: Buffer): void {
    this.#other.write(data);
  }

  override eofReceived(): boolean {
    this.#hasEnded = true;
    if (!this.#other.isClosing()) this.#other.writeEof();
    if (this.#partner!.#hasEnded) for (const end of [this, this.#partner!]) end.transport.close();
    return true;
  }

  override pauseWriting(): void {
    if (!this.#other.isClosing()) this.#other.pauseReading();
  }

  override resumeWriting(): void {
    if (!this.#other.isClosing()) this.#other.resumeReading();
  }

  override connectionLost(exception: Error | null): void {
    if (exception === null) this.#other.close();
    else this.#other.abort();
  }
}
