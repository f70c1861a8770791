import {
  BrokenResourceError,
  ClosedResourceError,
  EndOfStream,
  ValueError,
  WouldBlock,
} from '@bight/loop-abstract';
import { checkOption, typeError } from '@bight/loop-abstract/validate';
import type { Future } from '@bight/loop-core';
import { HandOver, isTurnSpent, noteQueue, refusedCall, type WatchedQueue } from '@bight/loop-core/low-level';
import { afterTurn } from '../futures/after-turn.js';
import { completedFuture, failedFuture } from '../futures/completed-future.js';
import { kCheckOpen, kClosed, kLoop } from '../internals.js';
import { FifoStorage } from '../queues/storage.js';
import { LoopBound } from '../sync/loop-bound.js';

/** The statistics of a channel. */
export interface ChannelStatistics {
  /** How many items are in the buffer. */
  currentBufferUsed: number;
  /** How many there may be. */
  maxBufferSize: number;
  /** How many ends to send are open. */
  openSendChannels: number;
  /** How many ends to receive are open. */
  openReceiveChannels: number;
  /** How many tasks wait to send. */
  tasksWaitingSend: number;
  /** How many tasks wait to receive. */
  tasksWaitingReceive: number;
}

/** A task that waits with an item until there is room, or a receiver. */
interface WaitingSend<T> {
  readonly item: T;
  readonly end: ChannelSender<T>;
  readonly wait: HandOver<undefined>;
}

/** What all ends of a channel share. The task that has waited longest is served first. */
class Channel<T> {
  readonly buffer = new FifoStorage<T>();
  readonly senders = new Set<WaitingSend<T>>();
  /** The tasks that wait for an item, and through which end. */
  readonly receivers = new Map<HandOver<T>, ChannelReceiver<T>>();
  openSenders = 0;
  openReceivers = 0;

  constructor(readonly maxBuffer: number) {
    noteQueue(this, lookAt);
  }

  statistics(): ChannelStatistics {
    return {
      currentBufferUsed: this.buffer.length,
      maxBufferSize: this.maxBuffer,
      openSendChannels: this.openSenders,
      openReceiveChannels: this.openReceivers,
      tasksWaitingSend: this.senders.size,
      tasksWaitingReceive: this.receivers.size,
    };
  }

  /** @returns whether there was a receiver, or room */
  offer(item: T): boolean {
    for (const wait of this.receivers.keys()) {
      this.receivers.delete(wait);
      wait.hand(item);
      return true;
    }
    if (this.buffer.length >= this.maxBuffer) return false;
    this.buffer.push(item);
    return true;
  }

  /** @throws {WouldBlock} EndOfStream */
  take(): T {
    for (const sender of this.senders) {
      this.senders.delete(sender);
      this.buffer.push(sender.item);
      sender.wait.hand(undefined);
      break;
    }
    if (this.buffer.length > 0) return this.buffer.next();
    throw this.openSenders === 0 ? new EndOfStream() : new WouldBlock();
  }
}

function lookAt({ buffer, maxBuffer }: { buffer: { length: number }; maxBuffer: number }): WatchedQueue {
  return { size: buffer.length, capacity: maxBuffer };
}

/** An end of a channel: closed by `close()`, or at the end of a block of `using`. */
abstract class ChannelEnd extends LoopBound implements Disposable, AsyncDisposable {
  #isClosed = false;

  /** Closes this end; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this[kClosed]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Updates the channel. @internal */
  abstract [kClosed](): void;

  /**
   * @throws {ClosedResourceError} when this end was closed
   * @internal
   */
  [kCheckOpen](): void {
    if (this.#isClosed) throw new ClosedResourceError(`${this} is closed`);
  }
}

/**
 * The end of a channel that items are put into.
 *
 * @python anyio.streams.memory.MemoryObjectSendStream
 */
export class ChannelSender<T> extends ChannelEnd {
  readonly #channel: Channel<T>;

  /** @internal Made by {@link openChannel}. */
  constructor(channel: Channel<T>) {
    super();
    this.#channel = channel;
    channel.openSenders++;
  }

  /**
   * Sends an item; waits until it is in the buffer, or a receiver has it. A send that is cancelled has sent nothing.
   *
   * @throws {ClosedResourceError} (asynchronously) when this end is closed
   * @throws {BrokenResourceError} when all receivers are
   */
  send(item: T): Future<void> {
    const loop = this[kLoop];
    const refused = refusedCall<void>(loop);
    if (refused !== null) return refused;
    if (isTurnSpent()) return afterTurn(loop, this.send, this, item);
    const channel = this.#channel;
    try {
      this.#check();
    } catch (error) {
      return failedFuture(loop, error);
    }
    if (channel.offer(item)) return completedFuture(loop, undefined);
    const waiting: WaitingSend<T> = {
      item,
      end: this,
      wait: new HandOver<undefined>(loop, () => channel.senders.delete(waiting)),
    };
    channel.senders.add(waiting);
    return waiting.wait as Future<void>;
  }

  /**
   * Sends an item without waiting.
   *
   * @throws {WouldBlock} when there is neither room nor a receiver; ClosedResourceError; BrokenResourceError
   */
  sendNowait(item: T): void {
    this.#check();
    if (!this.#channel.offer(item)) throw new WouldBlock();
  }

  /**
   * Another end of the same side, which is closed by itself.
   *
   * @throws {ClosedResourceError} when this one is closed
   */
  clone(): ChannelSender<T> {
    this[kCheckOpen]();
    return new ChannelSender<T>(this.#channel);
  }

  /** How full the channel is, and how many wait. */
  statistics(): ChannelStatistics {
    return this.#channel.statistics();
  }

  /** @internal */
  override [kClosed](): void {
    const channel = this.#channel;
    channel.openSenders--;
    for (const waiting of channel.senders) {
      if (waiting.end !== this) continue;
      channel.senders.delete(waiting);
      waiting.wait.setException(new ClosedResourceError(`${this} was closed`));
    }
    if (channel.openSenders > 0) return;
    for (const wait of channel.receivers.keys()) {
      channel.receivers.delete(wait);
      wait.setException(new EndOfStream());
    }
  }

  #check(): void {
    this[kCheckOpen]();
    if (this.#channel.openReceivers === 0) throw new BrokenResourceError('all receivers are closed');
  }
}

/**
 * The end of a channel that items are taken from: `for await (const item of receiver)` takes them until all senders are
 * closed.
 *
 * @python anyio.streams.memory.MemoryObjectReceiveStream
 */
export class ChannelReceiver<T> extends ChannelEnd {
  readonly #channel: Channel<T>;

  /** @internal Made by {@link openChannel}. */
  constructor(channel: Channel<T>) {
    super();
    this.#channel = channel;
    channel.openReceivers++;
  }

  /**
   * Takes the next item; waits while there is none. A receive that is cancelled has taken nothing.
   *
   * @throws {EndOfStream} (asynchronously) when all senders are closed and nothing is left
   * @throws {ClosedResourceError} when this end is
   */
  receive(): Future<T> {
    const loop = this[kLoop];
    const refused = refusedCall<T>(loop);
    if (refused !== null) return refused;
    if (isTurnSpent()) return afterTurn(loop, this.receive, this, undefined);
    const channel = this.#channel;
    try {
      return completedFuture(loop, this.receiveNowait());
    } catch (error) {
      if (!(error instanceof WouldBlock)) return failedFuture(loop, error);
    }
    const wait = new HandOver<T>(loop, () => channel.receivers.delete(wait));
    channel.receivers.set(wait, this);
    return wait;
  }

  /**
   * Takes the next item without waiting.
   *
   * @throws {WouldBlock} when there is none
   * @throws {EndOfStream} when all senders are closed, too; ClosedResourceError
   */
  receiveNowait(): T {
    this[kCheckOpen]();
    return this.#channel.take();
  }

  /**
   * Another end of the same side, which is closed by itself.
   *
   * @throws {ClosedResourceError} when this one is closed
   */
  clone(): ChannelReceiver<T> {
    this[kCheckOpen]();
    return new ChannelReceiver<T>(this.#channel);
  }

  /** How full the channel is, and how many wait. */
  statistics(): ChannelStatistics {
    return this.#channel.statistics();
  }

  /** Takes items until all senders are closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.receive();
      } catch (error) {
        if (error instanceof EndOfStream) return;
        throw error;
      }
      yield item;
    }
  }

  /** @internal */
  override [kClosed](): void {
    const channel = this.#channel;
    channel.openReceivers--;
    for (const [wait, end] of channel.receivers) {
      if (end !== this) continue;
      channel.receivers.delete(wait);
      wait.setException(new ClosedResourceError(`${this} was closed`));
    }
    if (channel.openReceivers > 0) return;
    while (channel.buffer.length > 0) channel.buffer.next();
    for (const waiting of channel.senders) {
      channel.senders.delete(waiting);
      waiting.wait.setException(new BrokenResourceError('all receivers are closed'));
    }
  }
}

/** How a channel is made. */
export interface ChannelOptions {
  /**
   * How many items may wait for a receiver; 0, the default, hands each from a sender to a receiver; `Infinity` for no
   * limit.
   */
  maxBuffer?: number | null;
}

/**
 * Makes a channel between tasks of one loop: items that are sent into one end come out of the other, each once, in
 * order.
 *
 * Both ends can be cloned, so that several tasks send or receive, and each closes its own.
 *
 * @returns the two ends, to send and to receive
 * @throws {ValueError} unless `maxBuffer` is a whole number, not negative, or `Infinity`
 * @throws {TypeError} unless it is a number, and for an unknown option
 * @python anyio.create_memory_object_stream()
 */
export function openChannel<T = unknown>(
  options?: ChannelOptions | null,
): [sender: ChannelSender<T>, receiver: ChannelReceiver<T>] {
  const maxBuffer = checkOption(options, 'maxBuffer').maxBuffer ?? 0;
  const expected = 'a whole number of items, or Infinity';
  if (typeof maxBuffer !== 'number') throw typeError('maxBuffer', expected, maxBuffer);
  if (!(Number.isInteger(maxBuffer) || maxBuffer === Number.POSITIVE_INFINITY) || maxBuffer < 0) {
    throw new ValueError(`maxBuffer must be ${expected}, not ${maxBuffer}`);
  }
  const channel = new Channel<T>(maxBuffer);
  return [new ChannelSender(channel), new ChannelReceiver(channel)];
}
