import { Fifo } from '@bight/loop-abstract/low-level';

/** How a queue keeps its items. */
export interface Storage<T> {
  readonly length: number;
  push(item: T): void;
  /** Takes the next item. Only while there is one. */
  next(): T;
}

/** First in, first out. */
export class FifoStorage<T> extends Fifo<T> implements Storage<T> {
  next(): T {
    return this.shift() as T;
  }
}

/** Last in, first out. */
export class LifoStorage<T> implements Storage<T> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  next(): T {
    return this.#items.pop() as T;
  }
}

/** The least item first: a binary heap. */
export class HeapStorage<T> implements Storage<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const items = this.#items;
    // First the place, then the moves: an item that cannot be compared changes nothing.
    let place = items.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#compare(item, items[parent] as T) >= 0) break;
      place = parent;
    }
    let index = items.length;
    items.push(item);
    while (index > place) {
      const parent = (index - 1) >> 1;
      items[index] = items[parent] as T;
      index = parent;
    }
    items[place] = item;
  }

  next(): T {
    const items = this.#items;
    let moved = items.at(-1) as T;
    // First the place of the last item, then the moves, from there up to the least item.
    let index = this.#placeOf(moved, items.length - 1);
    items.pop();
    for (; index > 0; index = (index - 1) >> 1) {
      const next = items[index] as T;
      items[index] = moved;
      moved = next;
    }
    if (items.length === 0) return moved;
    const least = items[0] as T;
    items[0] = moved;
    return least;
  }

  /** The place of an item among the first `length` when the least of these is gone. */
  #placeOf(item: T, length: number): number {
    const items = this.#items;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= length) return index;
      if (child + 1 < length && this.#compare(items[child + 1] as T, items[child] as T) < 0) child++;
      if (this.#compare(item, items[child] as T) <= 0) return index;
      index = child;
    }
  }
}
