import type { Duplex } from 'node:stream';
import { DuplexTransport } from '@bight/interop/low-level';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { checkMaxBuffered } from '../streams/memory-cap.js';
import type { StreamOptions, StreamPair } from '../streams/open-streams.js';
import { checkLimit, StreamReader } from '../streams/stream-reader.js';
import { StreamReaderProtocol } from '../streams/stream-reader-protocol.js';
import { StreamWriter } from '../streams/stream-writer.js';

/**
 * Makes a reader and a writer of a Node `Duplex`: a foreign socket, a compression stream, an SSH channel.
 *
 * From now on the stream is read here, and must not be read elsewhere. Closing the writer ends and destroys the stream.
 *
 * @param options - `limit` and `maxBuffered` in bytes
 * @throws {TypeError} unless it is a stream
 * @throws {RuntimeError} outside of a running loop
 */
export function fromStream(stream: Duplex, options?: StreamOptions | null): StreamPair {
  const isDuplex =
    typeof (stream as Partial<Duplex> | null | undefined)?.write === 'function' &&
    typeof stream.pipe === 'function';
  if (!isDuplex) throw typeError('stream', 'a Duplex stream', stream);
  checkOptions(options, ['limit', 'maxBuffered']);
  const limit = checkLimit(options?.limit);
  const maxBuffered = checkMaxBuffered(options?.maxBuffered);
  const loop = getRunningLoop();
  const reader = new StreamReader({ limit, maxBuffered, loop });
  const protocol = new StreamReaderProtocol(reader, null, loop, { maxBuffered });
  const transport = new DuplexTransport(stream, protocol, loop);
  return [reader, new StreamWriter(transport, protocol, reader, loop, { maxBuffered })];
}
