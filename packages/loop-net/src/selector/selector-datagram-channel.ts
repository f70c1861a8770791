import type { Address } from '@bight/loop-abstract';
import { asError, enqueueFromHost } from '@bight/loop-core/low-level';
import { EVENT_READ, EVENT_WRITE, type Socket } from '@bight/sockets';
import { type EngineHandler, MODE_DATAGRAM, SocketView, type UnsentDatagram } from '@bight/sockets/low-level';
import { BYTES_PER_DATAGRAM, type DatagramChannel, type DatagramSink } from '../driver/datagram-channel.js';
import { ReceiveSlab } from '../driver/receive-slab.js';
import { kReportError } from '../internals.js';
import { DatagramBacklog } from './datagram-backlog.js';
import type { SelectorEnvironment } from './selector-environment.js';

/** How many waiting datagrams are queued before the first system call; then twice as many. */
const FEWEST_AT_ONCE = 8;

/** A datagram socket as a channel: the engine receives and sends many in one call. */
export class SelectorDatagramChannel implements DatagramChannel, EngineHandler {
  readonly socket: SocketView;
  readonly isConnected: boolean;
  readonly #environment: SelectorEnvironment;
  readonly #socket: Socket;
  readonly #slot: number;
  readonly #slab = new ReceiveSlab();
  #sink: DatagramSink | null = null;
  #interest = 0;
  #isClosed = false;
  /** What the system did not take, in order. */
  readonly #backlog = new DatagramBacklog();
  /** Whether some have come back while others are being sent. */
  #hasReturned = false;
  /** What may be in the engine's queue, and how often that had gone out when it was put there. */
  #queuedBytes = 0;
  #queuedAt = 0;

  constructor(environment: SelectorEnvironment, socket: Socket) {
    const { family, type, proto } = socket;
    this.#environment = environment;
    this.#socket = socket;
    const peer = peerOf(socket);
    this.isConnected = peer !== null;
    const name = socket.getsockname<Address>();
    this.socket = new SocketView(socket.fileno(), { family, type, proto, name, peer });
    this.#slot = environment.engine.watch(socket.fileno(), MODE_DATAGRAM, 0, this, family);
    environment.open.add(this);
  }

  open(sink: DatagramSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    this.#watch(this.#interest | EVENT_READ);
  }

  stopReading(): void {
    this.#watch(this.#interest & ~EVENT_READ);
  }

  #watch(interest: number): void {
    if (interest === this.#interest || this.#isClosed) return;
    this.#interest = interest;
    this.#environment.engine.setInterest(this.#slot, interest);
  }

  datagram(data: Buffer, address: Address): void {
    // It lies in a slab that all sockets share.
    this.#sink?.received(this.#slab.copy(data), address);
  }

  failed(error: Error): void {
    this.#sink?.errored(error);
  }

  send(data: Uint8Array, address: Address | null): void {
    if (this.#isClosed) return;
    if (!this.#backlog.isEmpty) {
      this.#keep({ data: Buffer.from(data), address });
      return;
    }
    const { engine } = this.#environment;
    try {
      if (engine.sendto(this.#slot, data, address)) this.#noteQueued(data.length + BYTES_PER_DATAGRAM);
      else this.#keep({ data: Buffer.from(data), address });
    } catch (error) {
      this.datagramFailed(asError(error));
    }
  }

  #noteQueued(bytes: number): void {
    const { flushCount } = this.#environment.engine;
    this.#queuedBytes = this.#queuedAt === flushCount ? this.#queuedBytes + bytes : bytes;
    this.#queuedAt = flushCount;
  }

  #keep(datagram: UnsentDatagram): void {
    this.#backlog.push(datagram);
    this.#watch(this.#interest | EVENT_WRITE);
  }

  unsentDatagrams(rest: readonly UnsentDatagram[]): void {
    if (this.#isClosed) return;
    this.#hasReturned = true;
    this.#backlog.unshift(rest);
    this.#watch(this.#interest | EVENT_WRITE);
  }

  /** The transport may have called, and must not be called before it has returned. */
  datagramFailed(error: Error): void {
    enqueueFromHost(this.#environment.loop, deliverError, this, error);
  }

  /** @internal */
  [kReportError](error: Error): void {
    if (!this.#isClosed) this.#sink?.errored(error);
  }

  ready(): void {
    this.#sendBacklog();
    if (this.#isClosed) return;
    if (this.#backlog.isEmpty) this.#watch(this.#interest & ~EVENT_WRITE);
    this.#sink?.drained();
  }

  /** Sends of what waits as much as the system takes, and little more: what it does not take comes back. */
  #sendBacklog(): void {
    const { engine } = this.#environment;
    this.#hasReturned = false;
    for (let count = FEWEST_AT_ONCE; !this.#hasReturned && !this.#backlog.isEmpty; count *= 2) {
      for (let queued = 0; queued < count && this.#sendFirst(); queued++);
      engine.flush();
    }
  }

  /** Queues the first of what waits. @returns whether there may be room for the next */
  #sendFirst(): boolean {
    const { first } = this.#backlog;
    if (first === undefined) return false;
    try {
      if (!this.#environment.engine.sendto(this.#slot, first.data, first.address)) {
        this.#hasReturned = true;
        return false;
      }
    } catch (error) {
      this.datagramFailed(asError(error));
    }
    this.#backlog.shift();
    return true;
  }

  get unsentBytes(): number {
    const queued = this.#queuedAt === this.#environment.engine.flushCount ? this.#queuedBytes : 0;
    return queued + this.#backlog.bytes;
  }

  flush(): void {
    if (this.#queuedBytes === 0) return;
    this.#environment.engine.flush();
    this.#queuedBytes = 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.socket.forget();
    this.#environment.engine.release(this.#slot);
    this.#isClosed = true;
    this.#backlog.clear();
    this.#environment.open.delete(this);
    this.#socket.close();
    this.#environment.descriptorFreed();
  }
}

function peerOf(socket: Socket): Address | null {
  try {
    return socket.getpeername<Address>();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTCONN') throw error;
    return null;
  }
}

function deliverError(this: SelectorDatagramChannel, error: Error): void {
  this[kReportError](error);
}
