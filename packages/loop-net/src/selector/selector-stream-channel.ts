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
  /** `MODE_READY` where the reader has memory of its own, into which this receives; otherwise the engine receives. */
  #mode: number = MODE_STREAM;
  readonly #slab = new ReceiveSlab();
  #isReading = false;
  /** Whether nothing more will come. */
  #isOver = false;
  #isClosed = false;
  /** Whether the engine has forgotten the descriptor, which is still open. */
  #isReleased = false;
  /** Whether nothing more can be sent. */
  #isBroken = false;
  #isEnding = false;
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

  get socket(): SocketView {
    this.#view ??= new SocketView(this.#isClosed ? -1 : this.#fd, { ...this.#facts, peer: this.#peer });
    return this.#view;
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    if (this.#isOver || this.#isClosed) return;
    const mode = this.#sink?.hasMemory === true ? MODE_READY : MODE_STREAM;
    if (this.#isReading && mode === this.#mode) return;
    this.#isReading = true;
    this.#mode = mode;
    this.#interest |= EVENT_READ;
    if (this.#isReleased) return;
    try {
      this.#environment.engine.setMode(this.#slot, mode, this.#interest);
    } catch (error) {
      this.#break(asError(error));
      return;
    }
    if (this.#early !== null) enqueueFromHost(this.#environment.loop, deliverEarly, this, undefined);
  }

  /** @internal */
  [kDeliverEarly](): void {
    const early = this.#early;
    if (early === null || !this.#isReading) return;
    this.#early = null;
    this.received(early);
  }

  stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#watch(this.#interest & ~EVENT_READ);
  }

  #watch(interest: number): void {
    if (interest === this.#interest || this.#isClosed) return;
    this.#interest = interest;
    if (this.#isReleased) return;
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
    if (this.#sink !== null) deliverBytes(this.#sink, data, this.#slab);
  }

  decrypted(data: Buffer): void {
    this.#secured?.decrypted(data);
  }

  tlsReported(flags: number): void {
    this.#secured?.tlsReported(flags);
  }

  ready(events: number): void {
    if ((events & EVENT_READ) !== 0 && this.#mode === MODE_READY && this.#isReading) this.#receive();
    if ((events & EVENT_WRITE) !== 0 && !this.#isClosed) this.#writable();
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
    this.#isOver = true;
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
    if (this.#isClosed || this.#isReleased) return;
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
    if (this.#isClosed || this.#isBroken || this.#isEnding) return data.length;
    if (this.#backlog !== null || this.#isReleased || this.#secured === null) return 0;
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
    if (this.#isClosed || this.#isBroken || this.#isEnding) return;
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
      const isFree = this.#backlog === null && !this.#isClosed && !this.#isBroken && !this.#isEnding;
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
    if (this.#isClosed || this.#isBroken) return;
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
    if (this.#isClosed || this.#isBroken) return;
    this.#noMoreWrites();
    enqueueFromHost(this.#environment.loop, deliverFailure, this, error);
  }

  #noMoreWrites(): void {
    this.#isBroken = true;
    this.#backlog = null;
    this.#queuedBytes = 0;
    this.#watch(this.#interest & ~EVENT_WRITE);
  }

  /** @internal */
  [kReportFailure](error: Error): void {
    if (this.#isClosed) return;
    if (this.#isReading) this.#receiveRest();
    if (!this.#isClosed) this.#sink?.failed(error);
  }

  /** A peer that has answered and closed has done so in this order: its answer is not lost with the connection. */
  #receiveRest(): void {
    const { engine } = this.#environment;
    const early = this.#early;
    this.#early = null;
    this.#isReleased = true;
    const received = engine.release(this.#slot);
    if (early !== null) this.received(early);
    for (const data of received) {
      if (!this.#isReading) break;
      if (this.#secured === null) this.received(data);
      else this.#secured.decrypted(data);
    }
    while (this.#isReading && !this.#isClosed && !this.#isOver) this.#receiveLate();
  }

  /** Neither the end of the stream nor an error is delivered: the error of sending is on its way. */
  #receiveLate(): void {
    const sink = this.#sink as StreamSink;
    const own = sink.hasMemory ? sink.memory() : null;
    // The reader's code has paused or closed the transport.
    if (own === null && !this.#isReading) return;
    const memory = own ?? Buffer.allocUnsafeSlow(REST_BYTES);
    let count = -1;
    try {
      count = receiveInto(this.#fd, memory);
    } catch {}
    if (count <= 0) this.#isOver = true;
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
      if (this.#isEnding) endSending(this.#fd);
    }
    this.#sink?.drained();
  }

  get hasFailed(): boolean {
    return this.#isBroken;
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
    if (this.#isClosed || this.#isBroken || this.#isEnding) return;
    this.#isEnding = true;
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
    return this.#isClosed ? -1 : this.#fd;
  }

  resetOnClose(): void {
    if (this.#isClosed || this.#facts.family === AF_UNIX) return;
    // On, for no time: what is unsent is dropped, and the peer gets a reset.
    this.socket.setsockopt(SOL_SOCKET, constants.SO_LINGER, new Int32Array([1, 0]));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#forget();
    const { engine } = this.#environment;
    if (this.#owner !== null) {
      if (!this.#isReleased) engine.release(this.#slot);
      this.#owner.close();
    } else if (this.#isReleased) closeDescriptor(this.#fd);
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
    this.#isClosed = true;
    this.#environment.open.delete(this);
    return { fd: this.#fd, socket, received };
  }

  #forget(): void {
    // For callers that ask later.
    if (this.#view === null && this.#facts.name === null) this.#view = this.socket;
    this.#view?.forget();
    this.#isClosed = true;
    this.#isReading = false;
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
