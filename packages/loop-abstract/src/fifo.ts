// A front part that is used up is cut off when it is at least this long, and half of all.
const SMALLEST_CUT = 32;

/** First in, first out: each item costs the same, however many wait. */
export class Fifo<T> {
  #items: T[] = [];
  /** The index of the first item; those before it were taken. */
  #head = 0;

  /** How many items there are. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The first item, which stays; `undefined` when there is none. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts an item in the place of the first one, which there must be. */
  replaceFirst(item: T): void {
    this.#items[this.#head] = item;
  }

  /** Takes the first item; `undefined` when there is none. */
  shift(): T | undefined {
    const items = this.#items;
    if (this.#head === items.length) return undefined;
    const item = items[this.#head];
    items[this.#head++] = undefined as T;
    if (this.#head >= SMALLEST_CUT && this.#head * 2 >= items.length) {
      this.#items = items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all items. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  /** The items in their order, which stay. */
  *[Symbol.iterator](): Generator<T, void> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T;
  }
}
