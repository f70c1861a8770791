import type { BaseProtocolLike } from '../base-protocol.js';
import type { PipeSource } from '../file.js';
import type { AbstractFuture } from '../future.js';
import type { ProtocolFactory, StreamProtocolLike } from '../protocols/protocol-factory.js';
import type { ReadTransport } from '../transports/read-transport.js';
import type { WriteTransport } from '../transports/write-transport.js';

/**
 * Makes transports of pipes, FIFOs, sockets and terminals. A regular file is a `ValueError`.
 *
 * The reference's section "Working with pipes".
 */
export interface PipeLoop {
  /**
   * Reads from a pipe.
   *
   * @param protocolFactory - makes the protocol
   * @param pipe - the read end: a descriptor, a `FileHandle`, or something with `fileno()`; the transport takes it over
   * @returns `[transport, protocol]`
   * @python loop.connect_read_pipe()
   */
  connectReadPipe<P extends StreamProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    pipe: PipeSource,
  ): AbstractFuture<[ReadTransport, P]>;

  /**
   * Writes to a pipe.
   *
   * @param protocolFactory - makes the protocol
   * @param pipe - the write end: a descriptor, a `FileHandle`, or something with `fileno()`; the transport takes it
   *   over
   * @returns `[transport, protocol]`
   * @python loop.connect_write_pipe()
   */
  connectWritePipe<P extends BaseProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    pipe: PipeSource,
  ): AbstractFuture<[WriteTransport, P]>;
}
