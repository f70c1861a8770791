import type { Buffer } from 'node:buffer';
import { BaseProtocol } from '../base-protocol.js';
import { shareAcrossCopies } from '../brand.js';

/**
 * A protocol between this process and a subprocess. `connectionLost` comes last: after the process has ended and all
 * its pipes are closed.
 *
 * The methods do nothing; override those that matter.
 *
 * @python asyncio.SubprocessProtocol
 */
export class SubprocessProtocol extends BaseProtocol {
  static {
    shareAcrossCopies(SubprocessProtocol, 'SubprocessProtocol');
  }

  /**
   * Called with what the subprocess wrote.
   *
   * @param fd - 1 for its standard output, 2 for its error output, or that of a further pipe
   * @param data - at least one byte, which the protocol may keep
   * @python asyncio.SubprocessProtocol.pipe_data_received()
   */
  pipeDataReceived(fd: number, data: Buffer): void;
  pipeDataReceived(): void {}

  /**
   * Called when a pipe to or from the subprocess is closed.
   *
   * @param fd - 0 for its standard input, 1 for its output, 2 for its error output, or that of a further pipe
   * @param exception - the error that closed it, or `null`
   * @python asyncio.SubprocessProtocol.pipe_connection_lost()
   */
  pipeConnectionLost(fd: number, exception: Error | null): void;
  pipeConnectionLost(): void {}

  /**
   * Called when the process has ended; data may still come through its pipes.
   *
   * @python asyncio.SubprocessProtocol.process_exited()
   */
  processExited(): void {}
}

/** Any object with some, or none, of the methods of a `SubprocessProtocol`. */
export type SubprocessProtocolLike = Partial<SubprocessProtocol>;
