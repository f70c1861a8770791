import { Writable } from 'node:stream';
import type { WritableStream } from 'node:stream/web';
import { WritableTransport } from '@bight/interop/low-level';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { FlowControlProtocol } from '../streams/flow-control.js';
import { checkMaxBuffered } from '../streams/memory-cap.js';
import { StreamWriter, type StreamWriterOptions } from '../streams/stream-writer.js';

/** Where bytes can go: a Node `Writable`, or a web `WritableStream` of bytes. */
export type ByteSink = NodeJS.WritableStream | WritableStream;

/**
 * Writes to a Node `Writable`, or a web `WritableStream`, through a {@link StreamWriter}: the other direction of
 * {@link readFrom}. `drain()` waits for the stream's own back-pressure, `close()` ends the stream, `waitClosed()`
 * throws its error.
 *
 * @param options - `maxBuffered` in bytes
 * @returns the writer
 * @throws {TypeError} unless it is a stream that can be written to
 * @throws {RuntimeError} outside of a running loop
 */
export function writeTo(sink: ByteSink, options?: StreamWriterOptions | null): StreamWriter {
  const stream = asWritable(sink);
  const maxBuffered = checkMaxBuffered(checkOptions(options, ['maxBuffered']).maxBuffered);
  const loop = getRunningLoop();
  const protocol = new FlowControlProtocol(loop);
  const transport = new WritableTransport(stream, protocol, loop);
  return new StreamWriter(transport, protocol, null, loop, { maxBuffered });
}

function asWritable(sink: ByteSink): Writable {
  const { write, end, getWriter } = Object(sink) as { write?: unknown; end?: unknown; getWriter?: unknown };
  if (typeof write === 'function' && typeof end === 'function') return sink as Writable;
  if (typeof getWriter === 'function') return Writable.fromWeb(sink as WritableStream);
  throw typeError('sink', 'a Node Writable or a web WritableStream', sink);
}
