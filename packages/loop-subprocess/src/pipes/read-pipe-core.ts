import type { StreamProtocolLike } from '@bight/loop-abstract';
import { isOSError } from '@bight/loop-core/low-level';
import { PipeCore } from './pipe-core.js';

/**
 * The inner object of the transport of a pipe's reading end: the end of the stream is the end of the transport, too.
 */
export class ReadPipeCore extends PipeCore {
  override eofReceived(): void {
    this.stopForGood();
    this.soon(eofReceived, [this.protocol as StreamProtocolLike]);
    this.loseConnection(null);
  }

  override channelFailed(error: Error): void {
    if (this.isLost) return;
    // A terminal that hangs up fails with EIO: the usual end of what runs in it.
    if (!isOSError(error) || error.code !== 'EIO') this.report('Fatal read error on pipe transport', error);
    this.forceClose(error);
  }
}

function eofReceived(protocol: StreamProtocolLike): unknown {
  return protocol.eofReceived?.();
}
