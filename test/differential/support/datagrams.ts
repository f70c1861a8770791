import { coroutine } from '@bight/loop-core';
import {
  type Address,
  type BaseTransport,
  type CreateDatagramEndpointOptions,
  DatagramProtocol,
  type DatagramTransport,
  type Future,
  getRunningLoop,
  type InetAddress,
} from 'bight';
import { newFuture } from './network.js';
import type { Trace } from './trace.js';

/** Notes every call in a lane of the trace. */
export class DatagramRecorder extends DatagramProtocol {
  readonly lane: Trace;
  transport!: DatagramTransport;
  sender!: Address;
  readonly lost = newFuture();
  #count = 0;
  #waiting: { count: number; future: Future<void> }[] = [];

  constructor(lane: Trace) {
    super();
    this.lane = lane;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as DatagramTransport;
    this.lane('made');
  }

  override datagramReceived(data: Buffer, address: Address): void {
    this.lane('datagram', data);
    this.sender = address;
    this.#note();
  }

  override errorReceived(error: Error): void {
    this.lane('error', error);
    this.#note();
  }

  override connectionLost(error: Error | null): void {
    this.lane('lost', error);
    this.lost.setResult(undefined);
  }

  /** Waits until this many datagrams and errors have come. */
  arrived(count: number): Future<void> {
    const future = newFuture();
    if (this.#count >= count) future.setResult(undefined);
    else this.#waiting.push({ count, future });
    return future;
  }

  #note(): void {
    this.#count++;
    const enough = this.#waiting.filter(({ count }) => count <= this.#count);
    this.#waiting = this.#waiting.filter((waiter) => !enough.includes(waiter));
    for (const { future } of enough) future.setResult(undefined);
  }
}

/** An endpoint on a free port, unless options say something else, and its address. */
export function endpoint(
  lane: Trace,
  options: CreateDatagramEndpointOptions = { localAddr: { host: '127.0.0.1', port: 0 } },
): Future<[DatagramRecorder, InetAddress]> {
  const loop = getRunningLoop();
  return coroutine(loop, function* () {
    const [transport, protocol] = yield* loop.createDatagramEndpoint(
      () => new DatagramRecorder(lane),
      options,
    );
    return [protocol, transport.getExtraInfo('sockname') as InetAddress];
  });
}
