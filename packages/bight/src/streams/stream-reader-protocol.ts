import type { AbstractEventLoop, BaseTransport, Transport } from '@bight/loop-abstract';
import { isCoroutineFunction, type Task } from '@bight/loop-core';
import type { KeepsUnread } from '@bight/loop-net';
import { type CloseWaiters, closeWaiters } from './close-waiters.js';
import { FlowControlProtocol } from './flow-control.js';
import type { StreamReader } from './stream-reader.js';
import { StreamWriter, type StreamWriterOptions } from './stream-writer.js';

/** What serves a client: an async function, a generator function, or a plain one. */
export type ClientConnectedCallback = (reader: StreamReader, writer: StreamWriter) => unknown;

/**
 * The protocol between a transport and a {@link StreamReader}.
 *
 * Reference: `asyncio.StreamReaderProtocol`.
 */
export class StreamReaderProtocol extends FlowControlProtocol implements KeepsUnread {
  readonly #loop: AbstractEventLoop;
  readonly #reader: StreamReader;
  readonly #clientConnected: ClientConnectedCallback | null;
  readonly #closed: CloseWaiters;
  readonly #options: StreamWriterOptions | null;
  #transport: Transport | null = null;
  #overTls = false;
  #task: Task | null = null;

  constructor(
    reader: StreamReader,
    clientConnected: ClientConnectedCallback | null,
    loop: AbstractEventLoop,
    options?: StreamWriterOptions | null,
  ) {
    super(loop);
    this.#options = options ?? null;
    this.#loop = loop;
    this.#reader = reader;
    this.#clientConnected = clientConnected;
    this.#closed = closeWaiters(loop);
  }

  /** Whether this is the serving side of its connection. */
  get isServerSide(): boolean {
    return this.#clientConnected !== null;
  }

  override connectionMade(transport: BaseTransport): void {
    this.replaceTransport(transport as Transport);
    this.#reader.setTransport(transport as Transport);
    if (this.#clientConnected === null) return;
    const writer = new StreamWriter(transport as Transport, this, this.#reader, this.#loop, this.#options);
    this.#task = this.#serve(this.#clientConnected, writer);
    this.#task.addDoneCallback((task) => this.#served(task));
  }

  /** After a TLS upgrade: the transport above the old one. */
  replaceTransport(transport: Transport): void {
    this.#transport = transport;
    this.#overTls =
      transport.getExtraInfo('sslContext') !== null && transport.getExtraInfo('sslContext') !== undefined;
  }

  /**
   * At a TLS upgrade what was received in plain and not read belongs to the handshake: a proxy's header and the client's
   * hello come in one segment. Nor may it be read later, as if it had been encrypted.
   */
  takeUnread(): Buffer {
    return this.#reader._takeUnread();
  }

  /** Hands the bytes to the reader. */
  dataReceived(data: Buffer): void {
    this.#reader.feedData(data);
  }

  /** TLS has no half-closed connections; elsewhere what is to be sent can still be sent. */
  eofReceived(): boolean {
    this.#reader.feedEof();
    return !this.#overTls;
  }

  override connectionLost(exception: Error | null): void {
    if (exception === null) this.#reader.feedEof();
    else this.#reader.setException(exception);
    this.#closed.close(exception);
    super.connectionLost(exception);
    this.#reader.setTransport(null);
    this.#task = null;
    this.#transport = null;
  }

  /** Waits until the connection is closed; throws what it was lost with. */
  closed(): ReturnType<CloseWaiters['wait']> {
    return this.#closed.wait();
  }

  #serve(serve: ClientConnectedCallback, writer: StreamWriter): Task {
    const reader = this.#reader;
    const coro = isCoroutineFunction(serve)
      ? () => serve(reader, writer) as PromiseLike<unknown>
      : async () => serve(reader, writer);
    return this.#loop.createTask<unknown>(coro) as Task;
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
