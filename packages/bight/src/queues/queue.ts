import {
  type AbstractEventLoop,
  type Coroutine,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  ValueError,
} from '@bight/loop-abstract';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';
import { noteQueue, refusedCall, WaitQueue, type WatchedQueue } from '@bight/loop-core/low-level';
import { completedFuture, failedFuture } from '../futures/completed-future.js';
import { kLoop } from '../internals.js';
import { Event } from '../sync/event.js';
import { LoopBound } from '../sync/loop-bound.js';
import { FifoStorage, LifoStorage, type Storage } from './storage.js';

/** Comparing items may run the owner's code. */
const KEEPING_CONTEXT = { keepsContext: true };

/** How a queue is made. */
export interface QueueOptions {
  /** At most this many items, rounded up; 0, the default, for as many as there are. */
  maxsize?: number;
}

/**
 * A queue between tasks of one loop: first in, first out.
 *
 * `for await (const item of queue)` takes items until the queue is shut down.
 *
 * @python asyncio.Queue
 */
export class Queue<T = unknown> extends LoopBound {
  /**
   * At most this many items; 0 for as many as there are.
   *
   * @python asyncio.Queue.maxsize
   */
  readonly maxsize: number;

  readonly #items: Storage<T>;
  readonly #getters = new WaitQueue();
  readonly #putters = new WaitQueue();
  readonly #finished = new Event();
  #unfinished = 0;
  #isShutDown = false;

  constructor(options?: QueueOptions | null);
  /** @internal */
  constructor(options: QueueOptions | null | undefined, items: Storage<T>, known?: readonly string[]);
  constructor(
    options?: QueueOptions | null,
    items: Storage<T> = new FifoStorage<T>(),
    known: readonly string[] = ['maxsize'],
  ) {
    super();
    this.maxsize = checkMaxsize(checkOptions(options, known as 'maxsize'[]).maxsize);
    this.#items = items;
    this.#finished.set();
    noteQueue(this, lookAt);
  }

  /**
   * How many items there are.
   *
   * @python asyncio.Queue.qsize()
   */
  qsize(): number {
    return this.#items.length;
  }

  /**
   * Whether there is none.
   *
   * @python asyncio.Queue.empty()
   */
  empty(): boolean {
    return this.#items.length === 0;
  }

  /**
   * Whether there are {@link maxsize}.
   *
   * @python asyncio.Queue.full()
   */
  full(): boolean {
    return this.maxsize > 0 && this.#items.length >= this.maxsize;
  }

  /**
   * Adds an item; waits while the queue is full.
   *
   * @throws {QueueShutDown} (asynchronously) when the queue is shut down
   * @python asyncio.Queue.put()
   */
  put(item: T): Future<void> {
    const loop = this[kLoop];
    const refused = refusedCall<void>(loop);
    if (refused !== null) return refused;
    if (this.full() && !this.#isShutDown) return coroutine(loop, this.#put(loop, item), KEEPING_CONTEXT);
    try {
      return completedFuture(loop, this.putNowait(item));
    } catch (error) {
      return failedFuture(loop, error);
    }
  }

  /**
   * Adds an item.
   *
   * @throws {QueueFull} when there is no room
   * @throws {QueueShutDown} when the queue is shut down
   * @python asyncio.Queue.put_nowait()
   */
  putNowait(item: T): void {
    if (this.#isShutDown) throw new QueueShutDown();
    if (this.full()) throw new QueueFull();
    this.#items.push(item);
    this.#unfinished++;
    this.#finished.clear();
    this.#getters.wakeOne();
  }

  /**
   * Takes the next item; waits while there is none.
   *
   * @throws {QueueShutDown} (asynchronously) when the queue is shut down and empty
   * @python asyncio.Queue.get()
   */
  get(): Future<T> {
    const loop = this[kLoop];
    const refused = refusedCall<T>(loop);
    if (refused !== null) return refused;
    if (this.empty() && !this.#isShutDown) return coroutine(loop, this.#get(loop), KEEPING_CONTEXT);
    try {
      return completedFuture(loop, this.getNowait());
    } catch (error) {
      return failedFuture(loop, error);
    }
  }

  /**
   * Takes the next item.
   *
   * @throws {QueueEmpty} when there is none
   * @throws {QueueShutDown} when there is none and the queue is shut down
   * @python asyncio.Queue.get_nowait()
   */
  getNowait(): T {
    if (this.empty()) throw this.#isShutDown ? new QueueShutDown() : new QueueEmpty();
    const item = this.#items.next();
    this.#putters.wakeOne();
    return item;
  }

  /**
   * Reports that the work on an item that was taken is done.
   *
   * @throws {ValueError} when it is called more often than there were items
   * @python asyncio.Queue.task_done()
   */
  taskDone(): void {
    if (this.#unfinished <= 0) throw new ValueError('taskDone() called too many times');
    this.#unfinished--;
    if (this.#unfinished === 0) this.#finished.set();
  }

  /**
   * Waits until `taskDone()` was called for every item that was ever added.
   *
   * @python asyncio.Queue.join()
   */
  join(): Future<void> {
    const loop = this[kLoop];
    const refused = refusedCall<void>(loop);
    if (refused !== null) return refused;
    if (this.#unfinished === 0) return completedFuture(loop, undefined);
    return coroutine(loop, this.#join());
  }

  /**
   * Ends the queue: nothing can be added any more, and a task that waits for an item gets a QueueShutDown once there is
   * none.
   *
   * @param options.immediate - whether the items that are left are dropped, too
   * @python asyncio.Queue.shutdown()
   */
  shutdown(options?: { immediate?: boolean } | null): void {
    const { immediate } = checkOptions(options, ['immediate']);
    this.#isShutDown = true;
    if (immediate === true) this.#drop();
    this.#getters.wakeAll();
    this.#putters.wakeAll();
  }

  /** Takes items until the queue is shut down. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<${this.constructor.name} maxsize=${this.maxsize} qsize=${this.qsize()} unfinished=${this.#unfinished}>`;
  }

  *#put(loop: AbstractEventLoop, item: T): Coroutine<void> {
    while (this.full() && !this.#isShutDown) {
      yield* this.#putters.wait(loop, undefined, (wasWoken) => {
        if (wasWoken && !this.full()) this.#putters.wakeOne();
      });
    }
    this.putNowait(item);
  }

  *#get(loop: AbstractEventLoop): Coroutine<T> {
    while (this.empty() && !this.#isShutDown) {
      yield* this.#getters.wait(loop, undefined, (wasWoken) => {
        if (wasWoken && !this.empty()) this.#getters.wakeOne();
      });
    }
    return this.getNowait();
  }

  *#join(): Coroutine<void> {
    if (this.#unfinished > 0) yield* this.#finished.wait();
  }

  #drop(): void {
    while (!this.empty()) {
      this.#items.next();
      if (this.#unfinished > 0) this.#unfinished--;
    }
    if (this.#unfinished === 0) this.#finished.set();
  }
}

function lookAt(queue: Pick<Queue, 'qsize' | 'maxsize'>): WatchedQueue {
  return { size: queue.qsize(), capacity: queue.maxsize > 0 ? queue.maxsize : Number.POSITIVE_INFINITY };
}

/** Any number, as in CPython: with 1.3 a queue is full at two items. */
function checkMaxsize(maxsize: unknown): number {
  if (maxsize === undefined || maxsize === null) return 0;
  if (typeof maxsize !== 'number') throw typeError('maxsize', 'a number of items', maxsize);
  if (Number.isNaN(maxsize)) throw new ValueError('maxsize must be a number of items, not NaN');
  return maxsize;
}

/**
 * A queue that gives the newest item first.
 *
 * @python asyncio.LifoQueue
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  constructor(options?: QueueOptions | null) {
    super(options, new LifoStorage<T>());
  }
}
