import { Buffer } from 'node:buffer';
import type { AbstractEventLoop, Coroutine, ReadTransport } from '@bight/loop-abstract';
import {
  IncompleteReadError,
  LimitOverrunError,
  NotImplementedError,
  RuntimeError,
  ValueError,
} from '@bight/loop-abstract';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { checkBytes, checkInteger, checkOptions, typeError } from '@bight/loop-abstract/validate';
import { coroutine, Future, getEventLoop } from '@bight/loop-core';
import { isTurnSpent, refusedCall } from '@bight/loop-core/low-level';
import { afterTurn } from '../futures/after-turn.js';
import { completedFuture, failedFuture } from '../futures/completed-future.js';
import { kBorrowFrom, kFeedBorrowed, kTakeUnread } from '../internals.js';
import { ByteQueue, nothing } from './byte-queue.js';
import { BufferOverflowError, checkMaxBuffered } from './memory-cap.js';
import { ReadSome } from './read-some.js';
import { Separators } from './separators.js';

/** How many bytes a reader holds back before it pauses its transport (at twice as many). */
export const DEFAULT_LIMIT = 2 ** 16;

/** From this many bytes on, a read that waits for more borrows them, and copies them into memory that is used again. */
const BORROWING_BYTES = 64 * 1024;

const NEWLINE = Buffer.from('\n');
const LINE_END = Separators.of(NEWLINE);

/** How a reader is made. */
export interface StreamReaderOptions {
  /** In bytes: the longest line, and half of what is buffered before reading pauses. */
  limit?: number | null;
  /**
   * In bytes: how much unread input may pile up, from a source that cannot be paused. More ends the stream with a
   * BufferOverflowError. 64 MiB by default; `Infinity` for no limit.
   */
  maxBuffered?: number | null;
  /** The loop; by default the current one. */
  loop?: AbstractEventLoop | null;
}

/**
 * The reading side of a stream of bytes.
 *
 * Every method returns at once when the bytes that it needs are there, and otherwise waits for them. A method that is
 * cancelled takes nothing. Only one may wait at a time; the next one may begin in the turn in which that one is
 * cancelled, and waits (in CPython it fails until the cancelled one is gone).
 *
 * @python asyncio.StreamReader
 */
export class StreamReader {
  readonly #limit: number;
  readonly #maxBuffered: number;
  readonly #loop: AbstractEventLoop;
  #bytes = new ByteQueue();
  #hasEnded = false;
  #exception: Error | null = null;
  readonly #taking = (count: number): Buffer => this.#take(count);
  readonly #peeking = (count: number): Buffer => this.#bytes.peek(count);
  #waiter: Future<undefined> | ReadSome | null = null;
  #transport: ReadTransport | null = null;
  #isPaused = false;
  #canPause = true;
  /** The transport that may lend bytes. */
  #lender: ReadTransport | null = null;
  #isBorrowing = false;

  /** @throws {ValueError} when `limit` or `maxBuffered` is not positive */
  constructor(options?: StreamReaderOptions | null) {
    checkOptions(options, ['limit', 'maxBuffered', 'loop']);
    this.#limit = checkLimit(options?.limit);
    this.#maxBuffered = checkMaxBuffered(options?.maxBuffered);
    this.#loop = options?.loop ?? getEventLoop();
  }

  /**
   * Reads up to `n` bytes, as soon as there are any; with `n = -1` everything up to the end.
   *
   * @returns the bytes; none at the end of the stream
   * @python asyncio.StreamReader.read()
   */
  read(n = -1): Future<Buffer> {
    const refused = refusedCall<Buffer>(this.#loop);
    if (refused !== null) return refused;
    checkInteger(n, 'n');
    if (isTurnSpent()) return afterTurn(this.#loop, this.read, this, n);
    if (this.#exception !== null) return failedFuture(this.#loop, this.#exception);
    if (n === 0) return this.#done(nothing());
    if (n < 0) return coroutine(this.#loop, this.#readAll());
    if (this.#bytes.length > 0 || this.#hasEnded) return this.#done(this.#take(n));
    return this.#readSome('read', this.#taking, n);
  }

  /**
   * Returns up to `n` bytes, as soon as there are any, without consuming them. Python has nothing like it.
   *
   * @returns a copy of the bytes; none at the end of the stream
   * @throws {ValueError} when `n` is negative
   */
  peek(n: number): Future<Buffer> {
    const refused = refusedCall<Buffer>(this.#loop);
    if (refused !== null) return refused;
    checkInteger(n, 'n', { min: 0 });
    if (isTurnSpent()) return afterTurn(this.#loop, this.peek, this, n);
    if (this.#exception !== null) return failedFuture(this.#loop, this.#exception);
    if (n === 0) return this.#done(nothing());
    if (this.#bytes.length > 0 || this.#hasEnded) return this.#done(this.#bytes.peek(n));
    return this.#readSome('peek', this.#peeking, n);
  }

  /**
   * Puts bytes back: they are read next, before everything else, also after the end of the stream. They are copied.
   * Python has nothing like it.
   *
   * @throws {TypeError} unless `data` is bytes
   */
  unread(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    if (bytes.length === 0) return;
    this.#bytes.unread(unpooledCopy(bytes));
    this.#wake();
    this.#pauseIfFull();
  }

  /**
   * Reads a line, with its `\n`; at the end of the stream what is left.
   *
   * @throws {ValueError} (asynchronously) when the line is longer than the limit
   * @python asyncio.StreamReader.readline()
   */
  readline(): Future<Buffer> {
    const refused = refusedCall<Buffer>(this.#loop);
    if (refused !== null) return refused;
    if (isTurnSpent()) return afterTurn(this.#loop, this.readline, this, undefined);
    if (this.#exception !== null) return failedFuture(this.#loop, this.#exception);
    const index = this.#bytes.indexOf(NEWLINE, 0);
    if (index >= 0 && index <= this.#limit) return this.#done(this.#take(index + 1));
    return coroutine(this.#loop, this.#readLine());
  }

  /**
   * Reads exactly `n` bytes.
   *
   * @throws {IncompleteReadError} (asynchronously) when the stream ends before, with what there was as `partial`
   * @throws {ValueError} when `n` is negative
   * @python asyncio.StreamReader.readexactly()
   */
  readexactly(n: number): Future<Buffer> {
    const refused = refusedCall<Buffer>(this.#loop);
    if (refused !== null) return refused;
    checkInteger(n, 'n');
    if (n < 0) throw new ValueError(`n must not be negative, not ${n}`);
    if (isTurnSpent()) return afterTurn(this.#loop, this.readexactly, this, n);
    if (this.#exception !== null) return failedFuture(this.#loop, this.#exception);
    if (n === 0) return this.#done(nothing());
    if (this.#bytes.length >= n) return this.#done(this.#take(n));
    return coroutine(this.#loop, this.#readExactly(n));
  }

  /**
   * Reads up to and with `separator`; with several separators, up to the one that ends first, and of two that begin
   * together up to the shorter one.
   *
   * @throws {LimitOverrunError} (asynchronously) when what is read would be longer than the limit: it stays in the
   *   buffer
   * @throws {IncompleteReadError} when the stream ends before
   * @throws {ValueError} when there is no separator, or an empty one
   * @python asyncio.StreamReader.readuntil() (3.13)
   */
  readuntil(separator: ArrayBufferView | readonly ArrayBufferView[] = NEWLINE): Future<Buffer> {
    const refused = refusedCall<Buffer>(this.#loop);
    if (refused !== null) return refused;
    if (this.#exception === null && Buffer.isBuffer(separator) && separator.length > 0 && !isTurnSpent()) {
      const index = this.#bytes.indexOf(separator, 0);
      if (index >= 0 && index <= this.#limit) return this.#done(this.#take(index + separator.length));
    }
    const separators = Separators.of(separator);
    if (isTurnSpent()) return afterTurn(this.#loop, this.#readUntilAny, this, separators);
    return this.#readUntilAny(separators);
  }

  #readUntilAny(separators: Separators): Future<Buffer> {
    if (this.#exception !== null) return failedFuture(this.#loop, this.#exception);
    const match = separators.find(this.#bytes, 0);
    if (match !== null && match.start <= this.#limit) return this.#done(this.#take(match.end));
    return coroutine(this.#loop, this.#readUntil(separators));
  }

  /**
   * Whether the stream has ended and everything was read.
   *
   * @python asyncio.StreamReader.at_eof()
   */
  atEof(): boolean {
    return this.#hasEnded && this.#bytes.length === 0;
  }

  /**
   * Gives the reader bytes; a transport's protocol calls this.
   *
   * @python asyncio.StreamReader.feed_data()
   */
  feedData(data: ArrayBufferView): void {
    this.#feed(data, false);
  }

  /**
   * {@link feedData} for the protocol of a transport that {@link kBorrowFrom} has named: the bytes are valid as long as
   * that has it.
   *
   * @internal
   */
  [kFeedBorrowed](data: Buffer): void {
    this.#feed(data, this.#isBorrowing);
  }

  #feed(data: ArrayBufferView, isBorrowed: boolean): void {
    const bytes = checkBytes(data, 'data');
    if (this.#hasEnded) throw new RuntimeError('feedData after feedEof');
    if (bytes.length === 0) return;
    if (this.#bytes.length + bytes.length > this.#maxBuffered && !this.#isWaitedFor()) {
      this.#overflow(bytes.length);
      return;
    }
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (isBorrowed) this.#bytes.pushCopy(buffer);
    else this.#bytes.push(buffer);
    this.#wake();
    this.#pauseIfFull();
  }

  /**
   * Ends the stream.
   *
   * @python asyncio.StreamReader.feed_eof()
   */
  feedEof(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /**
   * The exception that ended the stream, or `null`.
   *
   * @python asyncio.StreamReader.exception()
   */
  exception(): Error | null {
    return this.#exception;
  }

  /**
   * Ends the stream with an exception, which every read throws from now on.
   *
   * @python asyncio.StreamReader.set_exception()
   */
  setException(exception: Error): void {
    this.#exception = exception;
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter instanceof ReadSome) waiter.fail(exception);
    else if (waiter !== null && !waiter.done()) waiter.setException(exception);
  }

  /**
   * Names the transport that is to be paused when too much comes in.
   *
   * @python asyncio.StreamReader.set_transport()
   */
  setTransport(transport: ReadTransport | null): void {
    this.#transport = transport;
    this.#lender = null;
    this.#isBorrowing = false;
  }

  /**
   * Allows the reader to set how the transport lends what it receives.
   *
   * @internal
   */
  [kBorrowFrom](transport: ReadTransport): void {
    this.#lender = transport;
  }

  /** Fresh memory for each piece of what is copied together in the end costs more than the copies. */
  #borrow(isBorrowing: boolean): void {
    if (this.#lender === null || this.#isBorrowing === isBorrowing) return;
    try {
      this.#lender.setReceiveMode(isBorrowing ? 'borrowed' : 'kept');
      this.#isBorrowing = isBorrowing;
    } catch (error) {
      if (!(error instanceof NotImplementedError)) throw error;
      this.#lender = null;
    }
  }

  /**
   * For a TLS upgrade: gives away what has come in and was not read, which was never meant for the reader.
   *
   * @internal
   */
  [kTakeUnread](): Buffer {
    this.#isPaused = false;
    this.#borrow(false);
    this.#lender = null;
    return this.#bytes.take(this.#bytes.length);
  }

  /** Iterates over the lines, up to the end of the stream. The same as iterating over the reader itself. */
  lines(): AsyncGenerator<Buffer, void> {
    return this[Symbol.asyncIterator]();
  }

  /**
   * Iterates over the bytes as they come, up to the end of the stream.
   *
   * @param options.size - at most this many bytes at a time; the limit of the reader by default
   * @throws {ValueError} when `size` is not positive
   */
  chunks(options?: { size?: number | null } | null): AsyncGenerator<Buffer, void> {
    const size = checkInteger(
      checkOptions(options, ['size']).size ?? Math.max(1, Math.floor(Math.min(this.#limit, 2 ** 30))),
      'size',
      { min: 1 },
    );
    return this.#chunks(size);
  }

  async *#chunks(size: number): AsyncGenerator<Buffer, void> {
    for (let chunk = await this.read(size); chunk.length > 0; chunk = await this.read(size)) yield chunk;
  }

  /** Iterates over the lines, up to the end of the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    for (let line = await this.readline(); line.length > 0; line = await this.readline()) yield line;
  }

  get [Symbol.toStringTag](): string {
    return 'StreamReader';
  }

  #done<T>(result: T): Future<T> {
    return completedFuture(this.#loop, result);
  }

  #checkException(): void {
    if (this.#exception !== null) throw this.#exception;
  }

  #take(count: number): Buffer {
    const data = this.#bytes.take(count);
    if (this.#isBorrowing) this.#borrow(false);
    this.#resumeIfDrained();
    return data;
  }

  #readSome(method: string, take: (count: number) => Buffer, n: number): Future<Buffer> {
    try {
      this.#prepareToWait(method);
    } catch (error) {
      return failedFuture(this.#loop, error);
    }
    const reading = new ReadSome(this.#loop, take, n);
    this.#waiter = reading;
    return reading;
  }

  *#readAll(): Coroutine<Buffer> {
    let all = new ByteQueue();
    try {
      for (;;) {
        if (this.#bytes.length === 0 && !this.#hasEnded) yield* this.#nextData('read');
        // An exception that came behind the end takes nothing away from what had come before it.
        if (this.#bytes.length === 0) return all.take(all.length);
        if (all.length > 0) all.append(this.#bytes);
        else [all, this.#bytes] = [this.#bytes, all];
        this.#resumeIfDrained();
        this.#checkException();
      }
    } catch (error) {
      // Differs from CPython, which loses them: a read after a cancel finds the bytes where they were.
      all.append(this.#bytes);
      this.#bytes = all;
      this.#pauseIfFull();
      throw error;
    }
  }

  *#readLine(): Coroutine<Buffer> {
    try {
      return yield* this.#readUntil(LINE_END);
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial;
      if (!(error instanceof LimitOverrunError)) throw error;
      // Up to the newline, or all: reading can go on behind it.
      const { consumed } = error;
      if (this.#bytes.indexOf(NEWLINE, consumed) === consumed) this.#bytes.take(consumed + NEWLINE.length);
      else this.#bytes.clear();
      this.#resumeIfDrained();
      throw new ValueError(error.message);
    }
  }

  *#readExactly(n: number): Coroutine<Buffer> {
    while (this.#bytes.length < n) {
      if (this.#hasEnded) throw new IncompleteReadError(this.#bytes.take(this.#bytes.length), n);
      if (this.#bytes.length >= BORROWING_BYTES) this.#borrow(true);
      yield* this.#nextData('readexactly');
    }
    return this.#take(n);
  }

  *#readUntil(separators: Separators): Coroutine<Buffer> {
    let lookedThrough = 0;
    for (;;) {
      const { length } = this.#bytes;
      if (length - lookedThrough >= separators.shortest) {
        const match = separators.find(this.#bytes, lookedThrough);
        if (match !== null && match.start > this.#limit) {
          throw new LimitOverrunError('Separator is found, but chunk is longer than limit', match.start);
        }
        if (match !== null) return this.#take(match.end);
        // The end of what we have may be the beginning of a separator.
        lookedThrough = Math.max(0, length + 1 - separators.longest);
        if (lookedThrough > this.#limit) {
          throw new LimitOverrunError('Separator is not found, and chunk exceed the limit', lookedThrough);
        }
      }
      if (this.#hasEnded) throw new IncompleteReadError(this.#bytes.take(length), null);
      if (length >= BORROWING_BYTES) this.#borrow(true);
      yield* this.#nextData('readuntil');
    }
  }

  /** A future for the next bytes, or the end. One that was cancelled gives way to the next. */
  #nextData(method: string): Future<undefined> {
    this.#prepareToWait(method);
    this.#waiter = new Future<undefined>({ loop: this.#loop });
    return this.#waiter;
  }

  #prepareToWait(method: string): void {
    if (isWaiting(this.#waiter)) {
      throw new RuntimeError(
        `${method}() called while another coroutine is already waiting for incoming data`,
      );
    }
    // The read needs more than the limit allows to be buffered: resume the transport, or the bytes would never come.
    if (this.#isPaused) this.#resume();
  }

  #wake(): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    this.#waiter = null;
    if (waiter instanceof ReadSome) waiter.wake();
    else if (!waiter.done()) waiter.setResult(undefined);
  }

  /** Whether a read waits, or has just been woken: it will take bytes. */
  #isWaitedFor(): boolean {
    return isWaiting(this.#waiter) || this.#bytes.length === 0;
  }

  #overflow(more: number): void {
    if (this.#exception !== null) return;
    const message = 'too much came in unread';
    const error = new BufferOverflowError(message, this.#bytes.length + more, this.#maxBuffered);
    this.#bytes.clear();
    this.setException(error);
    // What else comes would be dropped: the closed connection reports that to the peer.
    const transport = this.#transport as { abort?(): void } | null;
    transport?.abort?.();
  }

  #pauseIfFull(): void {
    if (this.#transport === null || !this.#canPause || this.#isPaused) return;
    if (this.#bytes.length > 2 * this.#limit) this.#pause();
  }

  #pause(): void {
    try {
      this.#transport?.pauseReading();
      this.#isPaused = true;
    } catch (error) {
      if (!(error instanceof NotImplementedError)) throw error;
      // This transport cannot be paused; there is no point in asking again.
      this.#canPause = false;
    }
  }

  #resume(): void {
    this.#isPaused = false;
    this.#transport?.resumeReading();
  }

  #resumeIfDrained(): void {
    if (this.#isPaused && this.#bytes.length <= this.#limit) this.#resume();
  }
}

function isWaiting(waiter: Future<undefined> | ReadSome | null): boolean {
  if (waiter === null) return false;
  return waiter instanceof ReadSome ? waiter.isWaiting : !waiter.done();
}

/** A limit in bytes. */
export function checkLimit(limit: number | null | undefined): number {
  if (limit === null || limit === undefined) return DEFAULT_LIMIT;
  if (typeof limit !== 'number' || Number.isNaN(limit)) throw typeError('limit', 'a number of bytes', limit);
  if (limit <= 0) throw new ValueError(`limit must be positive, not ${limit}`);
  return limit;
}
