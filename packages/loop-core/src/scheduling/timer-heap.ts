import { kIsCancelled, kSequence, kWhen } from '../internals.js';
/**
 * What a timer heap keeps: a due time, a sequence number that makes equal times stable, and whether it still counts.
 */
export interface HeapTimer {
  readonly [kWhen]: number;
  readonly [kSequence]: number;
  [kIsCancelled]: boolean;
}

// Below this size, carrying cancelled timers along is cheaper than sweeping them out.
const SMALLEST_SWEEP = 64;

/**
 * A binary heap of timers, ordered by due time and, among equal times, by sequence number.
 *
 * Cancelling marks a timer; marked ones leave when they surface, or all at once when they outnumber the live ones. So
 * cancelling is O(1), and a million timers set and cancelled keep no memory.
 *
 * @internal
 */
export class TimerHeap<T extends HeapTimer> {
  #items: T[] = [];
  // What was pushed since the last `peek()`. Many time limits are cancelled in the turn that has set them.
  #young: T[] = [];
  #cancelled = 0;

  /** How many live timers there are. */
  get size(): number {
    return this.#items.length + this.#young.length - this.#cancelled;
  }

  push(timer: T): void {
    this.#young.push(timer);
  }

  /** The live timer that is due first, or `undefined`. */
  peek(): T | undefined {
    if (this.#young.length > 0) this.#sortIn();
    const items = this.#items;
    while (items.length > 0) {
      const first = items[0] as T;
      if (!first[kIsCancelled]) return first;
      this.#removeFirst();
      this.#cancelled--;
    }
    return undefined;
  }

  /** Takes out the timer that {@link peek} returned. */
  pop(): T {
    const first = this.#items[0] as T;
    this.#removeFirst();
    return first;
  }

  /** Counts a timer that is in the heap and was marked as cancelled. */
  noteCancelled(): void {
    const young = this.#young;
    if (young.length > 0 && (young.at(-1) as T)[kIsCancelled]) {
      young.pop();
      return;
    }
    this.#cancelled++;
    const length = this.#items.length + young.length;
    if (length > SMALLEST_SWEEP && this.#cancelled * 2 > length) this.#sweep();
  }

  /** The live timers, in no particular order. */
  live(): T[] {
    return [...this.#items, ...this.#young].filter((timer) => !timer[kIsCancelled]);
  }

  /** The live timers, those due first first. */
  toArray(): T[] {
    return this.live().sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  clear(): T[] {
    const items = [...this.#items, ...this.#young];
    this.#items = [];
    this.#young = [];
    this.#cancelled = 0;
    return items;
  }

  #sortIn(): void {
    const items = this.#items;
    for (const timer of this.#young) {
      if (timer[kIsCancelled]) this.#cancelled--;
      else this.#siftUp(items.push(timer) - 1, timer);
    }
    this.#young = [];
  }

  #sweep(): void {
    const live = this.#items.filter((timer) => !timer[kIsCancelled]);
    this.#items = live;
    this.#young = this.#young.filter((timer) => !timer[kIsCancelled]);
    this.#cancelled = 0;
    for (let i = (live.length >> 1) - 1; i >= 0; i--) this.#siftDown(i, live[i] as T);
  }

  #removeFirst(): void {
    const items = this.#items;
    const last = items.pop() as T;
    if (items.length > 0) this.#siftDown(0, last);
  }

  #siftUp(start: number, timer: T): void {
    const items = this.#items;
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex] as T;
      if (!isBefore(timer, parent)) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = timer;
  }

  #siftDown(start: number, timer: T): void {
    const items = this.#items;
    const { length } = items;
    let index = start;
    for (;;) {
      let childIndex = index * 2 + 1;
      if (childIndex >= length) break;
      let child = items[childIndex] as T;
      if (childIndex + 1 < length && isBefore(items[childIndex + 1] as T, child)) {
        childIndex++;
        child = items[childIndex] as T;
      }
      if (!isBefore(child, timer)) break;
      items[index] = child;
      index = childIndex;
    }
    items[index] = timer;
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  return a[kWhen] < b[kWhen] || (a[kWhen] === b[kWhen] && a[kSequence] < b[kSequence]);
}
