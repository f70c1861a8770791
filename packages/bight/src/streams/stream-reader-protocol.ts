import type { AbstractEventLoop, BaseTransport, Transport } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { type FutureLoop, isCoroutineFunction, type Task } from '@bight/loop-core';
import { callPresumedCoroutine } from '@bight/loop-core/low-level';
import type { KeepsUnread } from '@bight/loop-net';
import { kBorrowFrom, kFeedBorrowed, kTakeUnread } from '../internals.js';
import { FlowControlProtocol } from './flow-control.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter, type StreamWriterOptions } from './stream-writer.js';

/**
 * What serves a client: an async function, a generator function, or a plain one.
 *
 * A plain function that returns a promise, such as `(reader, writer) => serve(reader, writer)`, has begun when that
 * shows: its code is a task's from its first wait on, and until then `currentTask()` is `null`, as in every plain
 * function.
 */
export type ClientConnectedCallback = (reader: StreamReader, writer: StreamWriter) => unknown;

/**
 * The protocol between a transport and a {@link StreamReader}.
 *
 * @python asyncio.StreamReaderProtocol
 */
export class StreamReaderProtocol extends FlowControlProtocol implements KeepsUnread {
  readonly #loop: AbstractEventLoop;
  readonly #reader: StreamReader;
  readonly #clientConnected: ClientConnectedCallback | null;
  readonly #options: StreamWriterOptions | null;
  #transport: Transport | null = null;
  #isOverTls = false;
  /** Whether the reader may borrow: code of a subclass might keep the bytes. */
  #lends = false;
  #task: Task | null = null;

  constructor(
    reader: StreamReader,
    clientConnected: ClientConnectedCallback | null,
    loop: AbstractEventLoop,
    options?: StreamWriterOptions | null,
  ) {
    super(loop);
    checkOptions(options, ['maxBuffered']);
    this.#options = options ?? null;
    this.#loop = loop;
    this.#reader = reader;
    this.#clientConnected = clientConnected;
  }

  /** Whether this is the serving side of its connection. */
  get isServerSide(): boolean {
    return this.#clientConnected !== null;
  }

  override connectionMade(transport: BaseTransport): void {
    this.replaceTransport(transport as Transport);
    this.#reader.setTransport(transport as Transport);
    this.#lends =
      this.dataReceived === StreamReaderProtocol.prototype.dataReceived &&
      this.#reader.feedData === StreamReader.prototype.feedData;
    // What comes over TLS was decrypted into memory of its own.
    if (this.#lends && !this.#isOverTls) this.#reader[kBorrowFrom](transport as Transport);
    if (this.#clientConnected === null) return;
    const writer = new StreamWriter(transport as Transport, this, this.#reader, this.#loop, this.#options);
    this.#task = this.#serve(this.#clientConnected, writer);
    this.#task?.addDoneCallback((task) => this.#served(task));
  }

  /** After a TLS upgrade: the transport above the old one. */
  replaceTransport(transport: Transport): void {
    this.#transport = transport;
    this.#isOverTls =
      transport.getExtraInfo('sslContext') !== null && transport.getExtraInfo('sslContext') !== undefined;
  }

  /**
   * At a TLS upgrade what was received in plain and not read belongs to the handshake: a proxy's header and the
   * client's hello come in one segment. Nor may it be read later, as if it had been encrypted.
   */
  takeUnread(): Buffer {
    return this.#reader[kTakeUnread]();
  }

  /** Hands the bytes to the reader. */
  dataReceived(data: Buffer): void {
    if (this.#lends) this.#reader[kFeedBorrowed](data);
    else this.#reader.feedData(data);
  }

  /** TLS has no half-closed connections; elsewhere what is to be sent can still be sent. */
  eofReceived(): boolean {
    this.#reader.feedEof();
    return !this.#isOverTls;
  }

  override connectionLost(exception: Error | null): void {
    if (exception === null) this.#reader.feedEof();
    else this.#reader.setException(exception);
    super.connectionLost(exception);
    this.#reader.setTransport(null);
    this.#task = null;
    this.#transport = null;
  }

  /**
   * A coroutine becomes a task; a plain function is called now, within `connectionMade`, and what it throws is thrown
   * there.
   */
  #serve(serve: ClientConnectedCallback, writer: StreamWriter): Task | null {
    const reader = this.#reader;
    if (isCoroutineFunction(serve)) {
      return this.#loop.createTask<unknown>(() => serve(reader, writer) as PromiseLike<unknown>) as Task;
    }
    return callPresumedCoroutine(this.#loop as FutureLoop, () => serve(reader, writer)) as Task | null;
  }

  #served(task: Task): void {
    if (task.cancelled()) {
      this.#transport?.close();
      return;
    }
    const exception = task.exception();
    if (exception === null) return;
    this.#loop.callExceptionHandler({
      message: 'Unhandled exception in clientConnectedCallback',
      exception,
      transport: this.#transport ?? undefined,
      protocol: this,
    });
    this.#transport?.close();
  }
}
