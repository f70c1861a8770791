import type { Address } from '@bight/loop-abstract';
import { EVENT_READ, EVENT_WRITE, type Socket } from '@bight/sockets';
import { type EngineHandler, MODE_DATAGRAM, SocketView, type UnsentDatagram } from '@bight/sockets/engine';
import type { DatagramChannel, DatagramSink } from '../driver/datagram-channel.js';
import { asError } from '../errors/os-error.js';
import { kReportError } from '../internals.js';
import type { SelectorEnvironment } from './selector-environment.js';

/** What a datagram costs beyond its bytes, so that a queue of empty ones is not free. */
const BYTES_PER_DATAGRAM = 8;

/** A datagram socket as a channel: the engine receives and sends many in one call. */
export class SelectorDatagramChannel implements DatagramChannel, EngineHandler {
  readonly socket: SocketView;
  readonly connected: boolean;
  readonly #environment: SelectorEnvironment;
  readonly #socket: Socket;
  readonly #slot: number;
  #sink: DatagramSink | null = null;
  #interest = 0;
  #closed = false;
  /** What the system did not take, in order. */
  #backlog: UnsentDatagram[] = [];
  #backlogBytes = 0;
  /** What may be in the engine's queue, and how often that had gone out when it was put there. */
  #queuedBytes = 0;
  #queuedAt = 0;

  constructor(environment: SelectorEnvironment, socket: Socket) {
    const { family, type, proto } = socket;
    this.#environment = environment;
    this.#socket = socket;
    const peer = peerOf(socket);
    this.connected = peer !== null;
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
    if (interest === this.#interest || this.#closed) return;
    this.#interest = interest;
    this.#environment.engine.setInterest(this.#slot, interest);
  }

  datagram(data: Buffer, address: Address): void {
    this.#sink?.received(data, address);
  }

  failed(error: Error): void {
    this.#sink?.errored(error);
  }

  send(data: Uint8Array, address: Address | null): void {
    if (this.#closed) return;
    if (this.#backlog.length > 0) {
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
    this.#backlogBytes += datagram.data.length + BYTES_PER_DATAGRAM;
    this.#watch(this.#interest | EVENT_WRITE);
  }

  unsentDatagrams(rest: readonly UnsentDatagram[]): void {
    if (this.#closed) return;
    const later = this.#backlog;
    this.#backlog = [];
    this.#backlogBytes = 0;
    for (const datagram of [...rest, ...later]) this.#keep(datagram);
  }

  /** It may have been called by the transport, who must not be told before it has returned. */
  datagramFailed(error: Error): void {
    this.#environment.door.enqueue(tellError, this, error);
  }

  /** @internal */
  [kReportError](error: Error): void {
    if (!this.#closed) this.#sink?.errored(error);
  }

  ready(): void {
    const waiting = this.#backlog;
    this.#backlog = [];
    this.#backlogBytes = 0;
    for (const { data, address } of waiting) this.send(data, address);
    this.flush();
    if (this.#backlog.length === 0) this.#watch(this.#interest & ~EVENT_WRITE);
    this.#sink?.drained();
  }

  get unsentBytes(): number {
    const queued = this.#queuedAt === this.#environment.engine.flushCount ? this.#queuedBytes : 0;
    return queued + this.#backlogBytes;
  }

  flush(): void {
    if (this.#queuedBytes === 0) return;
    this.#environment.engine.flush();
    this.#queuedBytes = 0;
  }

  close(): void {
    if (this.#closed) return;
    this.socket.forget();
    this.#environment.engine.release(this.#slot);
    this.#closed = true;
    this.#backlog = [];
    this.#backlogBytes = 0;
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

function tellError(this: SelectorDatagramChannel, error: Error): void {
  this[kReportError](error);
}
