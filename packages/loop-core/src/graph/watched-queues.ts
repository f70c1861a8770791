import type { AbstractEventLoop } from '@bight/loop-abstract';
import { inDebugMode } from '../debugging/debug-mode.js';
import { creationStack } from '../debugging/stacks.js';
import { runningLoop } from '../policy/running-loop.js';

/** A queue between tasks, as tools see it. */
export interface WatchedQueue {
  /** How many items there are. */
  readonly size: number;
  /** At most this many; `Infinity` for as many as there are. */
  readonly capacity: number;
}

/** A queue, as data. */
export interface QueueSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** Its class. */
  readonly name: string;
  /** How many items there are. */
  readonly size: number;
  /** At most this many; `null` for as many as there are. */
  readonly capacity: number | null;
  /** Where it was made; in debug mode. */
  readonly stack: string | null;
}

interface Entry {
  readonly queue: WeakRef<object>;
  readonly look: (queue: object) => WatchedQueue;
  /** The loop that ran when the queue was made. */
  readonly loop: WeakRef<AbstractEventLoop> | null;
  readonly stack: string | null;
}

const key = Symbol.for('@bight/loop-core/watchedQueues');

/** The queues that were made since a tool began to look; one list for all installed copies of this package. */
class WatchedQueues {
  isWatching = false;
  #entries: Entry[] = [];
  #sweepAt = 64;

  /** From now on queues are noted: before, they cost nothing. */
  watch(): void {
    this.isWatching = true;
  }

  add<Q extends object>(queue: Q, look: (queue: Q) => WatchedQueue): void {
    const loop = runningLoop();
    this.#entries.push({
      queue: new WeakRef(queue),
      look: look as Entry['look'],
      loop: loop === null ? null : new WeakRef(loop as AbstractEventLoop),
      stack: (loop !== null && inDebugMode(loop) ? creationStack() : undefined) ?? null,
    });
    if (this.#entries.length < this.#sweepAt) return;
    this.#entries = this.#entries.filter((entry) => entry.queue.deref() !== undefined);
    this.#sweepAt = 2 * this.#entries.length + 64;
  }

  /** The queues of a loop, and those that were made while none ran. */
  of(loop: object): (readonly [queue: object, look: WatchedQueue, stack: string | null])[] {
    return this.#entries.flatMap(({ queue: ref, look, loop: owner, stack }) => {
      const queue = ref.deref();
      if (queue === undefined || (owner !== null && owner.deref() !== loop)) return [];
      try {
        return [[queue, look(queue), stack] as const];
      } catch {
        // A method of a user's class threw: an inspection must not break the program.
        return [];
      }
    });
  }
}

const globals = globalThis as { [key]?: WatchedQueues };
globals[key] ??= new WatchedQueues();

/** @internal */
export const watchedQueues: WatchedQueues = globals[key];

/**
 * Notes a queue for tools that show how queues grow. It does nothing, and keeps nothing, until one of them has called
 * {@link watchQueues}; then it keeps a weak reference. For authors of queues.
 *
 * @param look - returns how many items the queue has; it gets the queue as its argument, so that it need not keep it
 */
export function noteQueue<Q extends object>(queue: Q, look: (queue: Q) => WatchedQueue): void {
  if (watchedQueues.isWatching) watchedQueues.add(queue, look);
}

/** Begins to note the queues that are made, for snapshots of loops. For authors of tools. */
export function watchQueues(): void {
  watchedQueues.watch();
}
