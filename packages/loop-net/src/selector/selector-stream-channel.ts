import type { Address } from '@bight/loop-abstract';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { asError, deliverBytes, enqueueFromHost, type StreamSink } from '@bight/loop-core/low-level';
import { AF_UNIX, constants, EVENT_READ, EVENT_WRITE, SOL_SOCKET, type Socket } from '@bight/sockets';
import {
  closeDescriptor,
  type EngineHandler,
  endSending,
  LONGEST_COPIED,
  MODE_READY,
  MODE_STREAM,
  receiveInto,
  type SocketFacts,
  SocketView,
  sendPieces,
} from '@bight/sockets/low-level';
import { ReceiveSlab } from '../driver/receive-slab.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { kDeliverEarly, kFd, kReportFailure, kSetWriter, kSurrender } from '../internals.js';
import { Backlog } from './backlog.js';
import type { SelectorEnvironment } from './selector-environment.js';

/** How many bytes are received at once before a failure is delivered. */
const REST_BYTES = 64 * 1024;

// What is true of a channel, as bits of one number: a server has ten thousand of them, and a field takes eight bytes.

const READING = 1;
/** Nothing more will come. */
const OVER = 2;
const CLOSED = 4;
/** The engine has forgotten the descriptor, which is still open. */
const RELEASED = 8;
/** Nothing more can be sent. */
const BROKEN = 16;
const ENDING = 32;
/**
 * The mode is `MODE_READY`: the reader has memory of its own, into which the channel receives. Otherwise the engine
 * receives.
 */
const RECEIVES = 64;

/** What a channel is made of. */
export interface SelectorStreamParts {
  readonly fd: number;
  /** Its slot, if it is watched already; otherwise -1. */
  readonly slot: number;
  /** What is known of the socket; connections of one listener share it, so the peer is beside it. */
  readonly facts: Omit<SocketFacts, 'peer'>;
  readonly peer: Address | null;
  /** The object that the descriptor belongs to, if the caller handed it in. */
  readonly owner: Socket | null;
}

/** What is above a channel whose stream the engine encrypts and decrypts. */
export interface SecuredSink extends StreamSink {
  /** Bytes came in, and were decrypted. They are valid until this returns. */
  decrypted(bytes: Buffer): void;
  /** OpenSSL has more to report: `FLAG_…`. */
  tlsReported(flags: number): void;
  /** What OpenSSL has made, and the system has not taken; `null` for nothing. */
  unsentRecords(): Buffer | null;
}

/** Replaces the backlog for a while. */
export interface Writer {
  /** The system takes something. */
  writable(): void;
  /** The channel was closed. */
  abandoned(): void;
}

/**
 * A connected stream socket as a channel.
 *
 * What is written is queued in the engine, and goes out with everything else at the end of the batch; only what the
 * system did not take is kept here.
 */
export class SelectorStreamChannel implements SocketChannel, EngineHandler {
  readonly #environment: SelectorEnvironment;
  readonly #facts: Omit<SocketFacts, 'peer'>;
  readonly #peer: Address | null;
  readonly #owner: Socket | null;
  readonly #fd: number;
  readonly #slot: number;
  #view: SocketView | null = null;
  #sink: StreamSink | null = null;
  /** The sink, where the engine encrypts and decrypts. */
  #secured: SecuredSink | null = null;
  #interest = 0;
  #state = 0;
  /** `null` until something has come. */
  #slab: ReceiveSlab | null = null;
  #backlog: Backlog | null = null;
  #writer: Writer | null = null;
  /** What may be in the engine's queue, and how often that had gone out when it was put there. */
  #queuedBytes = 0;
  #queuedAt = 0;
  #early: Buffer | null;

  /** @param early - bytes that came through the socket before there was a channel */
  constructor(
    environment: SelectorEnvironment,
    { fd, slot, facts, peer, owner }: SelectorStreamParts,
    early: Buffer | null = null,
  ) {
    this.#early = early;
    this.#environment = environment;
    this.#fd = fd;
    this.#facts = facts;
    this.#peer = peer;
    this.#owner = owner;
    const { engine } = environment;
    if (slot < 0) this.#slot = engine.watch(fd, MODE_STREAM, 0, this);
    else {
      this.#slot = slot;
      engine.setHandler(slot, this);
      engine.setMode(slot, MODE_STREAM, 0);
    }
    if (owner === null) engine.own(this.#slot);
    environment.open.add(this);
  }

  #has(flags: number): boolean {
    return (this.#state & flags) !== 0;
  }

  #set(flag: number, isSet: boolean): void {
    this.#state = isSet ? this.#state | flag : this.#state & ~flag;
  }

  get socket(): SocketView {
    this.#view ??= new SocketView(this.#has(CLOSED) ? -1 : this.#fd, { ...this.#facts, peer: this.#peer });
    return this.#view;
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    if (this.#has(OVER | CLOSED)) return;
    const receives = this.#sink?.hasMemory === true;
    if (this.#has(READING) && this.#has(RECEIVES) === receives) return;
    this.#set(READING, true);
    this.#set(RECEIVES, receives);
    this.#interest |= EVENT_READ;
    if (this.#has(RELEASED)) return;
    try {
      this.#environment.engine.setMode(this.#slot, receives ? MODE_READY : MODE_STREAM, this.#interest);
    } catch (error) {
      this.#break(asError(error));
      return;
    }
    if (this.#early !== null) enqueueFromHost(this.#environment.loop, deliverEarly, this, undefined);
  }

  /** @internal */
  [kDeliverEarly](): void {
    const early = this.#early;
    if (early === null || !this.#has(READING)) return;
    this.#early = null;
    this.received(early);
  }

  stopReading(): void {
    if (!this.#has(READING)) return;
    this.#set(READING, false);
    this.#watch(this.#interest & ~EVENT_READ);
  }

  #watch(interest: number): void {
    if (interest === this.#interest || this.#has(CLOSED)) return;
    this.#interest = interest;
    if (this.#has(RELEASED)) return;
    try {
      this.#environment.engine.setInterest(this.#slot, interest);
    } catch (error) {
      // The system has no room to watch it, so it cannot be used.
      this.#break(asError(error));
    }
  }

  // What the engine delivers

  /** The memory is a part of a slab that all connections share: what the reader keeps is copied. */
  received(data: Buffer): void {
    if (this.#sink === null) return;
    this.#slab ??= new ReceiveSlab();
    deliverBytes(this.#sink, data, this.#slab);
  }

  decrypted(data: Buffer): void {
    this.#secured?.decrypted(data);
  }

  tlsReported(flags: number): void {
    this.#secured?.tlsReported(flags);
  }

  ready(events: number): void {
    const receives = (this.#state & (RECEIVES | READING)) === (RECEIVES | READING);
    if ((events & EVENT_READ) !== 0 && receives) this.#receive();
    if ((events & EVENT_WRITE) !== 0 && !this.#has(CLOSED)) this.#writable();
  }

  /** Receives into the reader's memory. */
  #receive(): void {
    const memory = this.#sink?.memory() ?? null;
    if (memory === null) return;
    let count: number;
    try {
      count = receiveInto(this.#fd, memory);
    } catch (error) {
      this.failed(asError(error));
      return;
    }
    if (count > 0) this.#sink?.filled(count, null);
    else if (count === 0) this.ended();
  }

  ended(): void {
    this.#noMore();
    this.#sink?.ended();
  }

  failed(error: Error): void {
    this.#noMore();
    this.#sink?.failed(error);
  }

  #noMore(): void {
    this.#set(OVER, true);
    this.stopReading();
  }

  unsent(rest: Buffer, error: Error | null): void {
    if (error !== null) this.#break(error);
    else this.#keep(rest, true);
  }

  unsentSecured(error: Error | null): void {
    const rest = this.#secured?.unsentRecords() ?? null;
    if (error !== null) this.#break(error);
    else if (rest !== null) this.#keep(rest, true);
  }

  // TLS in the engine

  /**
   * Lets the engine decrypt what comes, and encrypt what `writeSecured()` is given.
   *
   * @param connection - the number of a `TlsConnection` whose handshake is over
   */
  secure(connection: number, sink: SecuredSink): void {
    if (this.#has(CLOSED | RELEASED)) return;
    this.flush();
    this.#environment.engine.secure(this.#slot, connection);
    this.#secured = sink;
  }

  /**
   * Encrypts and sends.
   *
   * @returns how many of the bytes were taken; the caller encrypts the rest, and gives it to `write()`
   */
  writeSecured(data: Uint8Array): number {
    if (this.#has(CLOSED | BROKEN | ENDING)) return data.length;
    if (this.#backlog !== null || this.#has(RELEASED) || this.#secured === null) return 0;
    let taken: number;
    try {
      taken = this.#environment.engine.writeSecured(this.#slot, data);
    } catch (error) {
      this.#break(asError(error));
      return data.length;
    }
    if (taken <= LONGEST_COPIED) this.#noteQueued(taken);
    return taken;
  }

  // Writing

  write(data: Uint8Array): void {
    if ((this.#state & (CLOSED | BROKEN | ENDING)) !== 0) return;
    if (this.#backlog !== null) {
      this.#keep(Buffer.from(data), false);
      return;
    }
    const { engine } = this.#environment;
    let taken: number;
    try {
      taken = engine.write(this.#slot, data);
    } catch (error) {
      this.#break(asError(error));
      return;
    }
    if (taken < data.length) this.#keep(Buffer.from(data.subarray(taken)), false);
    else if (taken <= LONGEST_COPIED) this.#noteQueued(taken);
  }

  #noteQueued(bytes: number): void {
    const { flushCount } = this.#environment.engine;
    this.#queuedBytes = this.#queuedAt === flushCount ? this.#queuedBytes + bytes : bytes;
    this.#queuedAt = flushCount;
  }

  writev(pieces: readonly Uint8Array[]): void {
    let total = 0;
    for (const piece of pieces) total += piece.length;
    if (total <= LONGEST_COPIED) for (const piece of pieces) this.write(piece);
    else {
      this.flush();
      const isFree = this.#backlog === null && !this.#has(CLOSED | BROKEN | ENDING);
      if (isFree) this.#writeAtOnce(pieces);
      else for (const piece of pieces) this.write(piece);
    }
  }

  #writeAtOnce(pieces: readonly Uint8Array[]): void {
    let first = 0;
    let offset = 0;
    try {
      for (let sent = -1; sent !== 0 && first < pieces.length; ) {
        sent = sendPieces(this.#fd, pieces, first, offset);
        offset += sent;
        while (first < pieces.length && offset >= pieces[first]!.length) offset -= pieces[first++]!.length;
      }
    } catch (error) {
      this.#break(asError(error));
      return;
    }
    for (; first < pieces.length; first++, offset = 0)
      this.#keep(Buffer.from(pieces[first]!.subarray(offset)), false);
  }

  #keep(rest: Buffer, isFirst: boolean): void {
    if (this.#has(CLOSED | BROKEN)) return;
    this.#backlog ??= new Backlog();
    if (isFirst) this.#backlog.unshift(rest);
    else this.#backlog.push(rest);
    this.#watch(this.#interest | EVENT_WRITE);
  }

  /**
   * Sending, or watching, has failed. The transport, which may have called, learns of it in a later turn: what has come
   * in by then is in the batch that is being delivered, or in the system.
   */
  #break(error: Error): void {
    if (this.#has(CLOSED | BROKEN)) return;
    this.#noMoreWrites();
    enqueueFromHost(this.#environment.loop, deliverFailure, this, error);
  }

  #noMoreWrites(): void {
    this.#set(BROKEN, true);
    this.#backlog = null;
    this.#queuedBytes = 0;
    this.#watch(this.#interest & ~EVENT_WRITE);
  }

  /** @internal */
  [kReportFailure](error: Error): void {
    if (this.#has(CLOSED)) return;
    if (this.#has(READING)) this.#receiveRest();
    if (!this.#has(CLOSED)) this.#sink?.failed(error);
  }

  /** A peer that has answered and closed has done so in this order: its answer is not lost with the connection. */
  #receiveRest(): void {
    const { engine } = this.#environment;
    const early = this.#early;
    this.#early = null;
    this.#set(RELEASED, true);
    const received = engine.release(this.#slot);
    if (early !== null) this.received(early);
    for (const data of received) {
      if (!this.#has(READING)) break;
      if (this.#secured === null) this.received(data);
      else this.#secured.decrypted(data);
    }
    while ((this.#state & (READING | CLOSED | OVER)) === READING) this.#receiveLate();
  }

  /** Neither the end of the stream nor an error is delivered: the error of sending is on its way. */
  #receiveLate(): void {
    const sink = this.#sink as StreamSink;
    const own = sink.hasMemory ? sink.memory() : null;
    // The reader's code has paused or closed the transport.
    if (own === null && !this.#has(READING)) return;
    const memory = own ?? Buffer.allocUnsafeSlow(REST_BYTES);
    let count = -1;
    try {
      count = receiveInto(this.#fd, memory);
    } catch {}
    if (count <= 0) this.#set(OVER, true);
    else if (own !== null) sink.filled(count, null);
    else sink.received(unpooledCopy(memory.subarray(0, count)));
  }

  #writable(): void {
    if (this.#writer !== null) {
      this.#writer.writable();
      return;
    }
    this.flush();
    const backlog = this.#backlog;
    if (backlog === null) return;
    try {
      backlog.send(this.#fd);
    } catch (error) {
      this.#break(asError(error));
      return;
    }
    if (backlog.bytes === 0) {
      this.#backlog = null;
      this.#watch(this.#interest & ~EVENT_WRITE);
      if (this.#has(ENDING)) endSending(this.#fd);
    }
    this.#sink?.drained();
  }

  get hasFailed(): boolean {
    return this.#has(BROKEN);
  }

  get unsentBytes(): number {
    const { engine } = this.#environment;
    const queued = this.#queuedAt === engine.flushCount ? this.#queuedBytes : 0;
    return queued + (this.#backlog?.bytes ?? 0);
  }

  flush(): void {
    if (this.#queuedBytes === 0) return;
    this.#environment.engine.flush();
    this.#queuedBytes = 0;
  }

  shutdown(): void {
    if (this.#has(CLOSED | BROKEN | ENDING)) return;
    this.#set(ENDING, true);
    this.flush();
    if (this.#backlog === null) endSending(this.#fd);
  }

  /** Puts another writer in the backlog's place; `null` puts the backlog back. Nothing may be unsent. @internal */
  [kSetWriter](writer: Writer | null): void {
    this.#writer = writer;
    const writes = writer !== null || this.#backlog !== null;
    this.#watch(writes ? this.#interest | EVENT_WRITE : this.#interest & ~EVENT_WRITE);
  }

  /** @internal */
  get [kFd](): number {
    return this.#has(CLOSED) ? -1 : this.#fd;
  }

  resetOnClose(): void {
    if (this.#has(CLOSED) || this.#facts.family === AF_UNIX) return;
    // On, for no time: what is unsent is dropped, and the peer gets a reset.
    this.socket.setsockopt(SOL_SOCKET, constants.SO_LINGER, new Int32Array([1, 0]));
  }

  close(): void {
    if (this.#has(CLOSED)) return;
    this.#forget();
    const { engine } = this.#environment;
    if (this.#owner !== null) {
      if (!this.#has(RELEASED)) engine.release(this.#slot);
      this.#owner.close();
    } else if (this.#has(RELEASED)) closeDescriptor(this.#fd);
    else engine.closeSlot(this.#slot);
    this.#writer?.abandoned();
    this.#environment.descriptorFreed();
  }

  /**
   * Gives the descriptor away; the channel no longer uses it.
   *
   * @returns with it, what has come and was not delivered
   * @internal
   */
  [kSurrender](): { fd: number; socket: SocketView; received: Buffer[] } {
    const { socket } = this;
    this.flush();
    const received = this.#environment.engine.release(this.#slot);
    if (this.#early !== null) received.unshift(this.#early);
    this.#owner?.detach();
    this.#set(CLOSED, true);
    this.#environment.open.delete(this);
    return { fd: this.#fd, socket, received };
  }

  #forget(): void {
    // For callers that ask later.
    if (this.#view === null && this.#facts.name === null) this.#view = this.socket;
    this.#view?.forget();
    this.#set(CLOSED, true);
    this.#set(READING, false);
    this.#backlog = null;
    this.#secured = null;
    this.#environment.open.delete(this);
  }
}

function deliverFailure(this: SelectorStreamChannel, error: Error): void {
  this[kReportFailure](error);
}

function deliverEarly(this: SelectorStreamChannel): void {
  this[kDeliverEarly]();
}
