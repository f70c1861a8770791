import type {
  AbstractEventLoop,
  Coroutine,
  SSLContextLike,
  StartTlsOptions,
  Transport,
  WriteTransport,
} from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';
import { nextTurn, refusedCall } from '@bight/loop-core/low-level';
import { isUpgradable, type WriterProtocol } from './flow-control.js';
import { BufferOverflowError, checkMaxBuffered } from './memory-cap.js';
import type { StreamReader } from './stream-reader.js';

/** How a writer is made. */
export interface StreamWriterOptions {
  /**
   * In bytes: once this many wait to be sent, writing more is a BufferOverflowError. A single write may be larger. 64
   * MiB by default; `Infinity` for no limit.
   */
  maxBuffered?: number | null;
}

/** What a writer writes to: a connection, or a write pipe. */
export type StreamWriterTransport = Transport | WriteTransport;

/**
 * The writing side of a stream of bytes.
 *
 * @python asyncio.StreamWriter
 */
export class StreamWriter {
  readonly #protocol: WriterProtocol;
  readonly #reader: StreamReader | null;
  readonly #loop: AbstractEventLoop;
  readonly #maxBuffered: number;
  #transport: StreamWriterTransport;

  /** @throws {ValueError} when `maxBuffered` is not positive */
  constructor(
    transport: StreamWriterTransport,
    protocol: WriterProtocol,
    reader: StreamReader | null,
    loop: AbstractEventLoop,
    options?: StreamWriterOptions | null,
  ) {
    this.#maxBuffered = checkMaxBuffered(checkOptions(options, ['maxBuffered']).maxBuffered);
    this.#transport = transport;
    this.#protocol = protocol;
    this.#reader = reader;
    this.#loop = loop;
  }

  /**
   * The transport underneath.
   *
   * @python asyncio.StreamWriter.transport
   */
  get transport(): Transport {
    return this.#transport as Transport;
  }

  /**
   * Sends bytes, or buffers them; follow it with `await writer.drain()`.
   *
   * @throws {TypeError} unless `data` is bytes
   * @throws {BufferOverflowError} when more is waiting to be sent already than may be. In CPython it buffers as much as
   *   the memory can hold.
   * @python asyncio.StreamWriter.write()
   */
  write(data: ArrayBufferView): void {
    this.#checkBuffered();
    this.#transport.write(data);
  }

  /**
   * {@link write}, and {@link drain}: the way to write that cannot fill the memory.
   *
   * @throws what the two throw, asynchronously what `drain()` does. Python has nothing like it.
   */
  send(data: ArrayBufferView): Future<void> {
    this.write(data);
    return this.drain();
  }

  /**
   * {@link write} for several pieces at once.
   *
   * @python asyncio.StreamWriter.writelines()
   */
  writelines(pieces: Iterable<ArrayBufferView>): void {
    this.#checkBuffered();
    this.#transport.writelines(pieces);
  }

  /**
   * Ends the sending half once the buffer is empty.
   *
   * @python asyncio.StreamWriter.write_eof()
   */
  writeEof(): void {
    this.#transport.writeEof();
  }

  /**
   * Whether {@link writeEof} works here.
   *
   * @python asyncio.StreamWriter.can_write_eof()
   */
  canWriteEof(): boolean {
    return this.#transport.canWriteEof();
  }

  /**
   * Closes the stream once the buffer is empty.
   *
   * @python asyncio.StreamWriter.close()
   */
  close(): void {
    this.#transport.close();
  }

  /**
   * Whether the stream is closed, or being closed.
   *
   * @python asyncio.StreamWriter.is_closing()
   */
  isClosing(): boolean {
    return this.#transport.isClosing();
  }

  /**
   * Waits until the stream is closed.
   *
   * @throws the error with which the connection was lost (asynchronously)
   * @python asyncio.StreamWriter.wait_closed()
   */
  waitClosed(): Future<void> {
    return this.#protocol.closed();
  }

  /**
   * What the transport knows about the connection.
   *
   * @python asyncio.StreamWriter.get_extra_info()
   */
  getExtraInfo: Transport['getExtraInfo'] = (name: string, fallback?: unknown) =>
    this.#transport.getExtraInfo(name as never, fallback as never) as never;

  /**
   * Waits until the transport's buffer has room again; returns at once while it has.
   *
   * @throws the error with which the connection was lost (asynchronously)
   * @python asyncio.StreamWriter.drain()
   */
  drain(): Future<void> {
    const refused = refusedCall<void>(this.#loop);
    if (refused !== null) return refused;
    const exception = this.#reader?.exception() ?? null;
    if (exception === null && !this.#transport.isClosing()) return this.#protocol.drained();
    return coroutine(this.#loop, this.#drainClosing(exception));
  }

  *#drainClosing(exception: Error | null): Coroutine<void> {
    if (exception !== null) throw exception;
    // A connection that is being closed has no more back-pressure. Give its end a turn, so that a loop that only writes
    // and drains notices it.
    yield* nextTurn(this.#loop);
    yield* this.#protocol.drained();
  }

  /**
   * Upgrades the stream to TLS, after what is buffered was sent.
   *
   * @param options.serverHostname - the name that the server's certificate must have
   * @python asyncio.StreamWriter.start_tls()
   */
  startTls(sslContext: SSLContextLike, options?: Omit<StartTlsOptions, 'serverSide'> | null): Future<void> {
    checkOptions(options, ['serverHostname', 'sslHandshakeTimeout', 'sslShutdownTimeout']);
    return coroutine(this.#loop, () => this.#startTls(sslContext, options), { keepsContext: true });
  }

  *#startTls(
    sslContext: SSLContextLike,
    options: Omit<StartTlsOptions, 'serverSide'> | null | undefined,
  ): Coroutine<void> {
    const protocol = this.#protocol;
    if (!isUpgradable(protocol)) throw new RuntimeError('startTls() needs a writer of a connection');
    const serverSide = protocol.isServerSide;
    yield* this.drain();
    const transport = yield* this.#loop.startTls(this.transport, protocol, sslContext, {
      ...options,
      serverSide,
    });
    if (transport === null) throw new RuntimeError('the connection was closed before TLS could start');
    this.#transport = transport;
    this.#reader?.setTransport(transport);
    protocol.replaceTransport(transport);
  }

  #checkBuffered(): void {
    const buffered = this.#transport.getWriteBufferSize();
    if (buffered < this.#maxBuffered) return;
    throw new BufferOverflowError('too much is written without drain()', buffered, this.#maxBuffered);
  }

  get [Symbol.toStringTag](): string {
    return 'StreamWriter';
  }
}
