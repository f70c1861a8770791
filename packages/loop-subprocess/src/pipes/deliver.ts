import {
  type BufferedProtocolLike,
  isBufferedProtocol,
  RuntimeError,
  type StreamProtocolLike,
} from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';

/** Gives bytes to a protocol, in the way that it wants them. */
export function deliver(this: StreamProtocolLike, data: Buffer): void {
  if (isBufferedProtocol(this)) fill(this, data);
  else this.dataReceived?.(data);
}

function fill(protocol: BufferedProtocolLike, data: Buffer): void {
  for (let offset = 0; offset < data.length; ) {
    const room = checkBytes(protocol.getBuffer(data.length - offset), 'the buffer of getBuffer()');
    if (room.length === 0) throw new RuntimeError('getBuffer() returned an empty buffer');
    const count = Math.min(room.length, data.length - offset);
    room.set(data.subarray(offset, offset + count));
    offset += count;
    protocol.bufferUpdated?.(count);
  }
}
