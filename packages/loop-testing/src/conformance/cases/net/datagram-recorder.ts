import {
  type BaseTransport,
  DatagramProtocol,
  type DatagramTransport,
  type InetAddress,
} from '@bight/loop-abstract';

/** A datagram protocol that records its calls, and lets the case wait for them. */
export class DatagramRecorder extends DatagramProtocol {
  readonly received: [string, InetAddress][] = [];
  transport!: DatagramTransport;
  onDatagram: () => void = () => {};
  readonly lost: { promise: Promise<void>; resolve: () => void };

  constructor() {
    super();
    let resolve!: () => void;
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.lost = { promise, resolve };
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as DatagramTransport;
  }

  override datagramReceived(data: Buffer, address: unknown): void {
    this.received.push([data.toString(), address as InetAddress]);
    this.onDatagram();
  }

  override connectionLost(): void {
    this.lost.resolve();
  }

  async next(count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      this.onDatagram = () => {
        if (this.received.length >= count) resolve();
      };
      this.onDatagram();
    });
  }
}
