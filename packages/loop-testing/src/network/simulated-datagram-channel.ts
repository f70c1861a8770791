import type { Address, InetAddress, SchedulingLoop, SocketLike } from '@bight/loop-abstract';
import type { DatagramChannel, DatagramSink } from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import {
  kDatagrams,
  kDeliverNext,
  kHostAt,
  kLink,
  kProcess,
  kReportError,
  kSourceFor,
  kVanish,
} from '../internals.js';
import { deliver } from './deliver.js';
import type { HostProcess } from './host-process.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedNetwork } from './simulated-network.js';

// What IPv4 and UDP leave of 64 KB.
const LARGEST_DATAGRAM_BYTES = 65_507;

// How many bytes wait for a receiver that does not read; the rest is dropped.
const BUFFER_BYTES = 256 * 1024;

const BROADCAST = '255.255.255.255';

interface Datagram {
  readonly data: Buffer;
  readonly source: InetAddress;
}

/** What a datagram channel is made of. */
export interface DatagramParts {
  readonly network: SimulatedNetwork;
  readonly loop: SchedulingLoop;
  readonly host: SimulatedHost;
  readonly socket: SocketLike;
  /** Its own address, as it is bound. */
  readonly name: InetAddress;
  readonly peer: InetAddress | null;
  readonly allowBroadcast: boolean;
}

/** A datagram socket of a simulated host. */
export class SimulatedDatagramChannel implements DatagramChannel {
  readonly socket: SocketLike;
  readonly #parts: DatagramParts;
  readonly #process: HostProcess;
  #sink: DatagramSink | null = null;
  #isReading = false;
  #isClosed = false;
  #waiting: Datagram[] = [];
  #waitingBytes = 0;

  constructor(parts: DatagramParts) {
    this.#parts = parts;
    this.#process = parts.host[kProcess];
    this.#process.resources.add(this);
    this.socket = parts.socket;
  }

  get isConnected(): boolean {
    return this.#parts.peer !== null;
  }

  open(sink: DatagramSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    this.#isReading = true;
    for (let left = this.#waiting.length; left > 0; left--)
      deliver(this.#parts.loop, this.#process, deliverNext, this, undefined);
  }

  stopReading(): void {
    this.#isReading = false;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  send(data: Uint8Array, address: Address | null): void {
    if (this.#isClosed) return;
    const { network, host, peer, name, allowBroadcast } = this.#parts;
    const target = (address ?? peer) as InetAddress;
    if (data.length > LARGEST_DATAGRAM_BYTES) {
      this.#fail(osError('EMSGSIZE', 'send', target));
    } else if (target.host === BROADCAST) {
      if (!allowBroadcast) this.#fail(osError('EACCES', 'send', target));
      else for (const other of network.hosts) this.#sendTo(other, target, Buffer.from(data));
    } else {
      const found = network[kHostAt](target.host, host);
      if (found !== null) this.#sendTo(found, target, Buffer.from(data));
      else if (target.host.includes(':') !== name.host.includes(':'))
        this.#fail(osError('ENETUNREACH', 'send', target));
    }
  }

  get unsentBytes(): number {
    return 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this[kVanish]();
  }

  /** Ends without notice. @internal */
  [kVanish](): void {
    this.#isClosed = true;
    this.#sink = null;
    this.#process.resources.delete(this);
    this.#parts.host[kDatagrams].remove(this.#parts.name, this);
    this.stopReading();
  }

  #sendTo(target: SimulatedHost, address: InetAddress, data: Buffer): void {
    const { network, host } = this.#parts;
    const link = network[kLink](host, target);
    const source = this.#sourceFor(address);
    for (let copies = link.duplicates() ? 2 : 1; copies > 0; copies--) {
      const arrival = link.arrival(network.now(), data.length) + link.holdUp();
      network.at(arrival, () => {
        const isLost = link.loses();
        network.note(isLost ? 'datagram lost' : 'datagram', host, target, data);
        if (!isLost) this.#arrive(target, address, { data: link.corrupted(data), source });
      });
    }
  }

  #sourceFor(address: InetAddress): InetAddress {
    const { host, name } = this.#parts;
    return { ...name, host: host[kSourceFor](address.host, name) };
  }

  #arrive(target: SimulatedHost, { host, port }: InetAddress, datagram: Datagram): void {
    const bound = target[kDatagrams].find(host, port);
    const takers =
      bound.length === 1 && bound[0]?.isConnected === false
        ? bound
        : bound.filter((channel) => channel.#takesFrom(datagram.source));
    // Sockets that share a port share the senders.
    const taker = takers[datagram.source.port % Math.max(1, takers.length)];
    if (taker !== undefined) {
      taker.#arrived({ data: Buffer.from(datagram.data), source: datagram.source });
    } else if (host !== BROADCAST) this.#refused(target);
  }

  /** No socket is bound there: the refusal comes back, and reaches connected sockets. */
  #refused(target: SimulatedHost): void {
    const { network, host, peer } = this.#parts;
    if (peer === null) return;
    const back = network[kLink](target, host);
    network.at(back.arrival(network.now(), 0), () => {
      if (!back.loses()) this.#fail(osError('ECONNREFUSED', 'recv'));
    });
  }

  #takesFrom(source: InetAddress): boolean {
    const { peer } = this.#parts;
    return peer === null || (peer.host === source.host && peer.port === source.port);
  }

  #arrived(datagram: Datagram): void {
    if (this.#isClosed || this.#waitingBytes + datagram.data.length > BUFFER_BYTES) return;
    this.#waiting.push(datagram);
    this.#waitingBytes += datagram.data.length;
    if (this.#isReading) deliver(this.#parts.loop, this.#process, deliverNext, this, undefined);
  }

  #fail(error: Error): void {
    deliver(this.#parts.loop, this.#process, deliverError, this, error);
  }

  /** @internal */
  [kDeliverNext](): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#waitingBytes -= next.data.length;
    this.#sink?.received(next.data, next.source);
  }

  /** @internal */
  [kReportError](error: Error): void {
    this.#sink?.errored(error);
  }
}

function deliverNext(this: SimulatedDatagramChannel): void {
  this[kDeliverNext]();
}

function deliverError(this: SimulatedDatagramChannel, error: Error): void {
  this[kReportError](error);
}
