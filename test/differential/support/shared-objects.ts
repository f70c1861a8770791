import {
  Barrier,
  Condition,
  Event,
  type Future,
  Lock,
  Queue,
  QueueEmpty,
  QueueFull,
  Semaphore,
  ValueError,
} from 'bight';
import type { Hold, Touch, Use } from './program.js';

/** What the routines of a program share: two of each kind of lock, and queues. python/shared_objects.py is the twin. */
export class SharedObjects {
  readonly #locks = [new Lock(), new Lock()] as const;
  readonly #semaphores = [new Semaphore({ value: 1 }), new Semaphore({ value: 2 })];
  readonly #events = [new Event(), new Event()];
  readonly #conditions = [new Condition(), new Condition({ lock: this.#locks[0] })];
  readonly #barriers = [new Barrier(2), new Barrier(3)];
  readonly #queues = [new Queue<number>({ maxsize: 1 }), new Queue<number>()];

  /** What is held while a block of steps runs. */
  holdable({ kind, number }: Hold): Lock | Semaphore | Condition {
    const all = { lock: this.#locks, semaphore: this.#semaphores, condition: this.#conditions };
    return all[kind][number % 2]!;
  }

  /** Begins what may have to wait. */
  use({ kind, number }: Use, value: number): Future<unknown> {
    const index = number % 2;
    const condition = this.#conditions[index]!;
    switch (kind) {
      case 'event':
        return this.#events[index]!.wait();
      case 'condition':
        return condition.run(() => condition.wait());
      case 'barrier':
        return this.#barriers[index]!.wait();
      case 'reset':
        return this.#barriers[index]!.reset();
      case 'abort':
        return this.#barriers[index]!.abort();
      case 'get':
        return this.#queues[index]!.get();
      case 'put':
        return this.#queues[index]!.put(value);
      case 'join':
        return this.#queues[index]!.join();
    }
  }

  /** Does what need not wait. @returns what there is to note */
  touch({ kind, number }: Touch, value: number): unknown {
    const index = number % 2;
    const condition = this.#conditions[index]!;
    const queue = this.#queues[index]!;
    switch (kind) {
      case 'set':
        return this.#events[index]!.set();
      case 'clear':
        return this.#events[index]!.clear();
      case 'release':
        return this.#semaphores[index]!.release();
      case 'notify':
        return condition.locked() ? condition.notify() : 'it is free';
      case 'notifyAll':
        return condition.locked() ? condition.notifyAll() : 'it is free';
      case 'putNowait':
        return attempt(() => queue.putNowait(value));
      case 'getNowait':
        return attempt(() => queue.getNowait());
      case 'taskDone':
        return attempt(() => queue.taskDone());
    }
  }

  /** The state of all objects. */
  state(): unknown[] {
    return [
      this.#locks.map((lock) => lock.locked()),
      this.#semaphores.map((semaphore) => semaphore.locked()),
      this.#events.map((event) => event.isSet()),
      this.#barriers.map((barrier) => [barrier.nWaiting, barrier.broken]),
      this.#queues.map((queue) => [queue.qsize(), queue.full()]),
    ];
  }
}

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof QueueEmpty) return 'empty';
    if (error instanceof QueueFull) return 'full';
    if (error instanceof ValueError) return 'too often';
    throw error;
  }
}
