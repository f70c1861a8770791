import type { RemoteInfo, Socket } from 'node:dgram';
import type { Address, InetAddress } from '@bight/loop-abstract';
import { asError, enterFromHost } from '@bight/loop-core/low-level';
import { AF_INET } from '../addresses/constants.js';
import { joinScope } from '../addresses/scope.js';
import { BYTES_PER_DATAGRAM, type DatagramChannel, type DatagramSink } from '../driver/datagram-channel.js';
import { kDeliverReceived, kReportDrained, kReportError } from '../internals.js';
import { CHUNK_BYTES, type ChannelEnvironment } from '../node/channel-environment.js';
import { NodeDatagramSocket } from '../node/node-datagram-socket.js';
import { nodeAddress } from '../node/node-stream-socket.js';

/** How many bytes may wait for a loop that does not run; beyond its buffer the system would drop datagrams, too. */
const LARGEST_BACKLOG_BYTES = 256 * 1024;

interface Datagram {
  data: Buffer;
  info: RemoteInfo;
}

/** One of Node's datagram sockets as a channel. */
export class NodeDatagramChannel implements DatagramChannel {
  readonly socket: NodeDatagramSocket;
  readonly isConnected: boolean;
  readonly #environment: ChannelEnvironment;
  readonly #dgram: Socket;
  #sink: DatagramSink | null = null;
  #isReading = false;
  #isClosed = false;
  #isUnfinished = false;
  #underWay = 0;
  #underWayBytes = 0;
  /** What came before reading began. */
  #early: Datagram[] = [];
  /** What is on its way through the loop, in bytes. */
  #backlogBytes = 0;

  constructor(environment: ChannelEnvironment, dgram: Socket, allowBroadcast: boolean) {
    this.#environment = environment;
    this.#dgram = dgram;
    if (allowBroadcast) dgram.setBroadcast(true);
    this.socket = new NodeDatagramSocket(dgram, allowBroadcast);
    this.isConnected = this.socket.peer !== null;
    dgram.unref();
    dgram.on('message', (data: Buffer, info: RemoteInfo) => this.#arrived({ data, info }));
    dgram.on('error', (error: Error) => enterFromHost(environment.loop, deliverError, this, error));
    environment.open.add(this);
  }

  open(sink: DatagramSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    this.#isReading = true;
    const early = this.#early;
    this.#early = [];
    for (const datagram of early) enterFromHost(this.#environment.loop, deliverReceived, this, datagram);
  }

  stopReading(): void {
    this.#isReading = false;
    this.#early = [];
  }

  #arrived(datagram: Datagram): void {
    const bytes = datagram.data.length + BYTES_PER_DATAGRAM;
    if (this.#isClosed || this.#backlogBytes + bytes > LARGEST_BACKLOG_BYTES) return;
    this.#backlogBytes += bytes;
    if (this.#isReading) enterFromHost(this.#environment.loop, deliverReceived, this, datagram);
    else this.#early.push(datagram);
  }

  /** @internal */
  [kDeliverReceived]({ data, info }: Datagram): void {
    this.#backlogBytes -= data.length + BYTES_PER_DATAGRAM;
    if (this.#isReading) this.#sink?.received(data, addressOf(info));
  }

  send(data: Uint8Array, address: Address | null): void {
    if (this.#isClosed) return;
    const staged = data.length <= CHUNK_BYTES ? this.#environment.stage(data) : Buffer.from(data);
    try {
      this.#give(staged, address as InetAddress | null);
    } catch (error) {
      // Node refuses some addresses itself, port 0 for one, that the system would refuse.
      enterFromHost(this.#environment.loop, deliverError, this, asError(error));
      return;
    }
    if (this.#queuedCount() === 0) return;
    this.#isUnfinished = true;
    if (data.length <= CHUNK_BYTES) this.#environment.keepStaged(data.length);
  }

  #give(staged: Buffer, address: InetAddress | null): void {
    if (address === null) this.#dgram.send(staged, this.#sent);
    else this.#dgram.send(staged, address.port, joinScope(address.host, address.scopeId), this.#sent);
    this.#underWay++;
    this.#underWayBytes += staged.length;
  }

  /**
   * How many datagrams the system has not taken; Deno does not say, so there all count whose callback is yet to come.
   */
  #queuedCount(): number {
    return this.#dgram.getSendQueueCount?.() ?? this.#underWay;
  }

  readonly #sent = (error: Error | null): void => {
    if (--this.#underWay === 0) this.#underWayBytes = 0;
    if (error !== null) enterFromHost(this.#environment.loop, deliverError, this, error);
    if (!this.#isUnfinished || this.#isClosed) return;
    this.#isUnfinished = this.#queuedCount() > 0;
    enterFromHost(this.#environment.loop, deliverDrained, this, undefined);
  };

  get unsentBytes(): number {
    if (!this.#isUnfinished || this.#isClosed) return 0;
    const bytes = this.#dgram.getSendQueueSize?.() ?? this.#underWayBytes;
    return bytes + BYTES_PER_DATAGRAM * this.#queuedCount();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink = null;
    this.#early = [];
    this.#environment.open.delete(this);
    this.#dgram.close();
  }

  /** @internal */
  [kReportError](error: Error): void {
    this.#sink?.errored(error);
  }

  /** @internal */
  [kReportDrained](): void {
    this.#sink?.drained();
  }
}

function addressOf({ address, port, family }: RemoteInfo): Address {
  if (family === 'IPv4') return { host: address, port, family: AF_INET };
  return nodeAddress(address, port);
}

function deliverReceived(this: NodeDatagramChannel, datagram: Datagram): void {
  this[kDeliverReceived](datagram);
}

function deliverError(this: NodeDatagramChannel, error: Error): void {
  this[kReportError](error);
}

function deliverDrained(this: NodeDatagramChannel): void {
  this[kReportDrained]();
}
