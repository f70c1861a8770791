import type { Socket } from 'node:net';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { deliverBytes, enterFromHost, type StreamSink } from '@bight/loop-core/low-level';
import { IPPROTO_TCP } from '../addresses/constants.js';
import { ReceiveSlab } from '../driver/receive-slab.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import {
  kArrive,
  kDeliver,
  kEnvironment,
  kNet,
  kRelease,
  kReportDrained,
  kReportEnd,
  kReportFailure,
  kTakesAtOnce,
} from '../internals.js';
import { CHUNK_BYTES, type ChannelEnvironment } from './channel-environment.js';
import { handleOf } from './node-handle.js';
import type { NodeSocketInfo } from './node-stream-socket.js';

/**
 * One of Node's connected stream sockets as a channel. A subclass receives the bytes, and passes them to `kArrive`.
 *
 * At most one chunk is between Node and the loop: while the loop has not taken it, nothing more is received.
 */
export abstract class NodeStreamChannel implements SocketChannel {
  readonly socket: NodeSocketInfo;
  /** @internal */
  readonly [kNet]: Socket;
  /** @internal */
  readonly [kEnvironment]: ChannelEnvironment;

  #sink: StreamSink | null = null;
  #isReading = false;
  #isClosed = false;
  #hasFailed = false;
  #hasSeenEnd = false;
  #isShutDown = false;
  #closesWithReset = false;

  #arrived: Buffer | null = null;
  /** Whether what arrived is in memory that all channels share. */
  #isShared = false;
  readonly #slab = new ReceiveSlab();
  /** Whether Node is paused because the loop has not taken what arrived. */
  #isHeld = false;

  /** How many bytes Node was ever given. */
  #givenBytes: number;
  #isUnfinished = false;

  constructor(environment: ChannelEnvironment, socket: Socket, info: NodeSocketInfo) {
    this[kEnvironment] = environment;
    this[kNet] = socket;
    this.socket = info;
    this.#givenBytes = socket.bytesWritten;
    // The loop keeps the process alive while it runs; when it does not run, an open connection is no reason to wait.
    socket.unref();
    environment.open.add(this);
    socket.on('end', this.#ended);
    socket.on('error', this.#fail);
    socket.on('close', this.#closedByNode);
  }

  /**
   * Releases the socket, which stays open, for another owner.
   *
   * @returns the bytes that have come and were not delivered
   * @internal
   */
  [kRelease](): Buffer | null {
    this.#isClosed = true;
    this[kEnvironment].open.delete(this);
    this[kNet].removeListener('end', this.#ended);
    this[kNet].removeListener('error', this.#fail);
    this[kNet].removeListener('close', this.#closedByNode);
    const kept = this.#arrived;
    this.#arrived = null;
    return kept;
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    if (!this.#isHeld) this[kNet].resume();
  }

  stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this[kNet].pause();
  }

  /**
   * Bytes came in.
   *
   * @param isShared - whether their memory is used again when this returns
   * @returns whether more may come
   * @internal
   */
  [kArrive](bytes: Buffer, isShared: boolean): boolean {
    if (this.#arrived !== null) {
      // Some streams finish what they were about to emit although they were paused.
      this.#arrived = unpooledCopy(this.#arrived, bytes);
      return false;
    }
    this.#arrived = bytes;
    this.#isShared = isShared;
    enterFromHost(this[kEnvironment].loop, deliver, this, undefined);
    if (this.#arrived === null) return this.#isReading;
    if (isShared) {
      // Not in Node's pool: other connections have pieces of that.
      this.#arrived = this.#slab.copy(bytes);
      this.#isShared = false;
    }
    this.#isHeld = true;
    return false;
  }

  /** @internal */
  [kDeliver](): void {
    const bytes = this.#arrived;
    this.#arrived = null;
    if (bytes === null || this.#isClosed) return;
    if (this.#sink !== null) this.#pass(this.#sink, bytes);
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.#isReading && !this.#isClosed) this[kNet].resume();
  }

  /** A borrower could detach the memory, into which Node receives by its address. */
  #pass(sink: StreamSink, bytes: Buffer): void {
    if (!this.#isShared) deliverBytes(sink, bytes, null);
    else if (sink.isBorrowing) sink.received(this[kEnvironment].lend(bytes));
    else deliverBytes(sink, bytes, this.#slab);
  }

  write(data: Uint8Array): void {
    if (this.#isClosed || this.#isShutDown) return;
    if (this.#isUnfinished) {
      this.#give(Buffer.from(data));
      return;
    }
    if (this[kTakesAtOnce]) {
      this.#give(data);
      this.#isUnfinished = this[kNet].writableLength > 0;
      return;
    }
    if (data.length <= CHUNK_BYTES) {
      this.#giveStaged(data);
      return;
    }
    let offset = 0;
    while (offset < data.length && !this.#isUnfinished) {
      this.#giveStaged(data.subarray(offset, offset + CHUNK_BYTES));
      offset += CHUNK_BYTES;
    }
    if (offset < data.length) this.#give(Buffer.from(data.subarray(offset)));
  }

  writev(pieces: readonly Uint8Array[]): void {
    let total = 0;
    for (const piece of pieces) total += piece.length;
    if (total <= CHUNK_BYTES) {
      this.write(Buffer.concat(pieces, total));
    } else {
      for (const piece of pieces) this.write(piece);
    }
  }

  /** Sends from the shared memory, which is lost to the system only when the system does not take everything. */
  #giveStaged(data: Uint8Array): void {
    this.#give(this[kEnvironment].stage(data));
    if (this[kNet].writableLength === 0) return;
    this.#isUnfinished = true;
    this[kEnvironment].keepStaged(data.length);
  }

  /** Whether the memory of a write is free again when it returns, even if the write is not finished. @internal */
  get [kTakesAtOnce](): boolean {
    return false;
  }

  #give(chunk: Uint8Array): void {
    this.#givenBytes += chunk.length;
    this[kNet].write(chunk, this.#written);
  }

  readonly #written = (error?: Error | null): void => {
    if (!this.#isUnfinished || this.#isClosed || error) return;
    this.#isUnfinished = this[kNet].writableLength > 0;
    if (this.#sink?.awaitsDrain !== true) return;
    enterFromHost(this[kEnvironment].loop, reportDrained, this, undefined);
  };

  get hasFailed(): boolean {
    return this[kNet].errored !== null;
  }

  get unsentBytes(): number {
    if (!this.#isUnfinished || this.#isClosed) return 0;
    const handle = handleOf(this[kNet]);
    // What Node keeps itself, and what libuv keeps of the chunk that is being sent.
    if (handle?.bytesWritten !== undefined && handle.writeQueueSize !== undefined) {
      return this.#givenBytes - handle.bytesWritten + handle.writeQueueSize;
    }
    return this[kNet].writableLength;
  }

  shutdown(): void {
    if (this.#isClosed || this.#isShutDown) return;
    this.#isShutDown = true;
    this[kNet].end();
  }

  resetOnClose(): void {
    this.#closesWithReset = true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#arrived = null;
    this[kEnvironment].open.delete(this);
    this.socket.forget?.();
    if (this.#closesWithReset && this.#canReset) this[kNet].resetAndDestroy();
    else this[kNet].destroy();
  }

  /** Node resets TCP connections, and throws for all others. */
  get #canReset(): boolean {
    return this.socket.proto === IPPROTO_TCP && !('encrypted' in this[kNet]);
  }

  #report<A>(fn: (this: NodeStreamChannel, arg: A) => void, arg: A): void {
    if (!this.#isClosed && !this.#hasFailed) enterFromHost(this[kEnvironment].loop, fn, this, arg);
  }

  readonly #ended = (): void => this.#report(reportEnd, undefined);

  readonly #fail = (error: Error | null): void => {
    this.#report(reportFailure, error);
    this.#hasFailed = true;
  };

  /** Node closes a socket by itself when both halves are; nothing is lost then. */
  readonly #closedByNode = (): void => {
    if (!(this.#hasSeenEnd && this.#isShutDown)) this.#fail(null);
  };

  /** @internal */
  [kReportEnd](): void {
    this.#hasSeenEnd = true;
    if (!this.#isClosed) this.#sink?.ended();
  }

  /** @internal */
  [kReportFailure](error: Error | null): void {
    if (!this.#isClosed) this.#sink?.failed(error);
  }

  /** @internal */
  [kReportDrained](): void {
    if (!this.#isClosed) this.#sink?.drained();
  }
}

function deliver(this: NodeStreamChannel): void {
  this[kDeliver]();
}

function reportEnd(this: NodeStreamChannel): void {
  this[kReportEnd]();
}

function reportFailure(this: NodeStreamChannel, error: Error | null): void {
  this[kReportFailure](error);
}

function reportDrained(this: NodeStreamChannel): void {
  this[kReportDrained]();
}
