import { Protocol, type Transport } from 'bight';

/**
 * One end of a tunnel: it forwards received bytes to the other end, and pauses reading while that end is slow. Each
 * direction ends with its sender, and the tunnel ends with both directions.
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

  /** Joins two connections to a tunnel. */
  static join(one: Transport, other: Transport): void {
    const ends = [new TunnelEnd(one), new TunnelEnd(other)] as const;
    for (const [i, end] of ends.entries()) {
      end.#partner = ends[1 - i]!;
      end.transport.setProtocol(end);
      // `write()` has sent or copied the bytes when it returns.
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
