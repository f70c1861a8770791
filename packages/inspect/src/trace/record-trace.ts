import { Buffer } from 'node:buffer';
import { closeSync, createWriteStream, openSync, writeSync } from 'node:fs';
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { AbstractEventLoop, AbstractFuture } from '@bight/loop-abstract';
import { checkOptions, checkSeconds, describeValue } from '@bight/loop-abstract/validate';
import { CoreEventLoop, coroutine, type FutureLoop, getRunningLoop } from '@bight/loop-core';
import { Ring } from './ring.js';
import { TraceInstrument } from './trace-instrument.js';

const OPTIONS = ['loop', 'maxBytes', 'whenLag'] as const;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** How to record a trace. */
export interface TraceOptions {
  /** The loop; by default the running one. */
  loop?: AbstractEventLoop | null;
  /** How many bytes of events are kept: the last ones; by default 64 MB. */
  maxBytes?: number | null;
  /**
   * Keep only what led to a moment at which the loop was late by this many **seconds**, or more. By default everything
   * is kept.
   */
  whenLag?: number | null;
}

/** What records a trace. */
export interface TraceRecorder extends AsyncDisposable {
  /** Stops recording. The trace is complete when the future is done; it fails if the file could not be written. */
  close(): AbstractFuture<void>;
}

/**
 * Records what a loop does, for Perfetto (`ui.perfetto.dev`) and `chrome://tracing`: a track for each task with its
 * steps, arrows from what has woken a task to the step that follows, and counters for lag, ready callbacks, open
 * handles, and the time of garbage collection and of microtasks. Lag and times are in milliseconds; the time of
 * microtasks is what they took since the counter's last value.
 *
 * The events are kept in memory and written when the recorder is closed.
 *
 * @param target - the path or the URL of a file, or a stream
 * @throws {RuntimeError} when no loop runs and none is named
 * @throws the system's error when the file cannot be opened
 */
export function recordTrace(target: string | URL | Writable, options?: TraceOptions | null): TraceRecorder {
  const { loop: named, maxBytes, whenLag } = checkOptions(options, OPTIONS);
  const loop = named ?? getRunningLoop();
  if (!(loop instanceof CoreEventLoop)) {
    throw new TypeError(`loop must be a loop of bight, not ${describeValue(loop)}`);
  }
  if (whenLag !== undefined && whenLag !== null) checkSeconds(whenLag, 'whenLag');
  const bytes = checkSeconds(maxBytes ?? DEFAULT_MAX_BYTES, 'maxBytes');
  return new Recorder(loop, sinkFor(target), bytes, whenLag ?? null);
}

/** Where a trace goes. */
interface Sink {
  /** Writes everything, and ends. */
  write(chunks: readonly string[]): Promise<void>;
  /** The same without waiting, where that is possible. */
  writeNow(chunks: readonly string[]): void;
}

function sinkFor(target: string | URL | Writable): Sink {
  if (typeof target === 'string' || target instanceof URL) {
    const fd = openSync(target instanceof URL ? fileURLToPath(target) : target, 'w');
    return {
      async write(chunks) {
        await writeTo(createWriteStream('', { fd }), chunks);
      },
      writeNow(chunks) {
        for (const chunk of chunks) writeSync(fd, chunk);
        closeSync(fd);
      },
    };
  }
  if (typeof target?.write !== 'function') {
    throw new TypeError(`target must be a path, a URL or a stream, not ${describeValue(target)}`);
  }
  return {
    write: (chunks) => writeTo(target, chunks),
    writeNow(chunks) {
      for (const chunk of chunks) target.write(chunk);
      target.end();
    },
  };
}

async function writeTo(stream: Writable, chunks: readonly string[]): Promise<void> {
  const end = finished(stream, { readable: false });
  // The stream fails, and `finished()` says why.
  end.catch(() => {});
  for (const chunk of chunks) {
    if (!stream.write(chunk))
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), end]);
  }
  stream.end();
  await end;
}

class Recorder implements TraceRecorder {
  readonly #loop: CoreEventLoop;
  readonly #sink: Sink;
  readonly #ring: Ring;
  readonly #instrument: TraceInstrument;
  readonly #whenLag: number | null;
  readonly #collections: PerformanceObserver;
  readonly #maxBytes: number;
  #kept: string[] = [];
  #keptSize = 0;
  #closed: AbstractFuture<void> | null = null;

  constructor(loop: CoreEventLoop, sink: Sink, maxBytes: number, whenLag: number | null) {
    this.#loop = loop;
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.#whenLag = whenLag;
    this.#ring = new Ring(maxBytes);
    this.#instrument = new TraceInstrument(loop, this.#ring, (seconds) => this.#onLag(seconds));
    this.#collections = new PerformanceObserver((list) => this.#noteCollections(list.getEntries()));
    // Bun and Deno do not report when they collect garbage.
    const { supportedEntryTypes } = PerformanceObserver as { supportedEntryTypes?: readonly string[] };
    if (supportedEntryTypes?.includes('gc')) this.#collections.observe({ entryTypes: ['gc'] });
    loop.addInstrument(this.#instrument);
  }

  close(): AbstractFuture<void> {
    if (this.#closed !== null) return this.#closed;
    this.#loop.removeInstrument(this.#instrument);
    this.#noteCollections(this.#collections.takeRecords());
    this.#collections.disconnect();
    this.#instrument.finish();
    const events = this.#whenLag === null ? this.#ring.take() : this.#kept;
    const all = [...this.#instrument.metadata(), ...events].map((text, index) =>
      index === 0 ? text : `,\n${text}`,
    );
    const chunks = ['{"displayTimeUnit":"ms","traceEvents":[\n', ...all, '\n]}\n'];
    if (this.#loop.isRunning()) {
      this.#closed = coroutine(this.#loop as FutureLoop, async () => await this.#sink.write(chunks));
    } else {
      // No loop that would run anything.
      const done = this.#loop.createFuture<void>();
      try {
        this.#sink.writeNow(chunks);
        done.setResult(undefined);
      } catch (error) {
        done.setException(error);
      }
      this.#closed = done;
    }
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #noteCollections(entries: readonly PerformanceEntry[]): void {
    for (const { startTime, duration } of entries) this.#instrument.collected(startTime, duration);
  }

  /** Keeps what has led here. */
  #onLag(seconds: number): void {
    if (this.#whenLag === null || seconds < this.#whenLag) return;
    for (const chunk of this.#ring.take()) {
      this.#kept.push(chunk);
      this.#keptSize += Buffer.byteLength(chunk);
    }
    while (this.#kept.length > 1 && this.#keptSize > this.#maxBytes) {
      this.#keptSize -= Buffer.byteLength(this.#kept.shift() as string);
    }
  }
}
