import { Buffer } from 'node:buffer';
import { type AbstractEventLoop, CancelledError } from '@bight/loop-abstract';
import { checkBytes, checkOptions, typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop, wrapFuture } from '@bight/loop-core';
import { DEFAULT_LIMIT, StreamReader, type StreamReaderOptions } from '../streams/stream-reader.js';
import { Event } from '../sync/event.js';

/** Where bytes can come from: a Node `Readable`, a web `ReadableStream`, or any other async iterable of bytes. */
export type ByteSource = AsyncIterable<unknown>;

/** What a reader pauses when its buffer is full. */
class Valve {
  readonly #open = new Event();
  readonly whenOpen = () => this.#open.wait();

  constructor() {
    this.#open.set();
  }

  pauseReading(): void {
    this.#open.clear();
  }

  resumeReading(): void {
    this.#open.set();
  }
}

/**
 * Reads a Node `Readable`, a web `ReadableStream` or any other async iterable of bytes through a {@link StreamReader}.
 * No more is taken from it than the reader wants to buffer. Its error becomes the reader's exception.
 *
 * A task of the running loop reads it; the task ends with the source. A source that has chunks of text, such as a
 * `Readable` with an encoding, gives a TypeError.
 *
 * @param options - as for the reader: `limit`, `maxBuffered`
 * @throws {TypeError} unless the source can be iterated asynchronously
 * @throws {RuntimeError} outside of a running loop
 */
export function readFrom(
  source: ByteSource,
  options?: Omit<StreamReaderOptions, 'loop'> | null,
): StreamReader {
  const iterate = (source as Partial<ByteSource> | null | undefined)?.[Symbol.asyncIterator];
  if (typeof iterate !== 'function') throw typeError('source', 'a readable stream of bytes', source);
  const checked = checkOptions(options, ['limit', 'maxBuffered']);
  const loop = getRunningLoop();
  const reader = new StreamReader({ limit: DEFAULT_LIMIT, ...checked, loop });
  const valve = new Valve();
  reader.setTransport(valve as unknown as Parameters<StreamReader['setTransport']>[0]);
  startPump(loop, source, reader, valve);
  return reader;
}

/** Ends a source that is not read to its end. It is not waited for: a read that is under way may never end. */
function letGo(source: ByteSource, iterator: AsyncIterator<unknown>): void {
  const { destroy } = source as { destroy?: unknown };
  // A Readable's iterator would return only after the read that is under way.
  if (typeof destroy === 'function') destroy.call(source);
  else void Promise.resolve(iterator.return?.()).catch(() => undefined);
}

function startPump(loop: AbstractEventLoop, source: ByteSource, reader: StreamReader, valve: Valve): void {
  const iterator = source[Symbol.asyncIterator]();
  const pump = async (): Promise<void> => {
    let hasEnded = false;
    try {
      for (;;) {
        await valve.whenOpen();
        // The source's promise is not ours: wrapped, it is a place where this task can be cancelled.
        const next = await wrapFuture(iterator.next());
        if (next.done) break;
        const bytes = checkBytes(next.value as ArrayBufferView, 'chunk');
        reader.feedData(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      }
      hasEnded = true;
      reader.feedEof();
    } catch (error) {
      reader.setException(error as Error);
      if (error instanceof CancelledError) throw error;
    } finally {
      if (!hasEnded) letGo(source, iterator);
    }
  };
  loop.createTask(pump, { name: 'readFrom' });
}
