/**
 * Iterates a map, and one more entry. A map's constructor takes it in nearly as fast as a map, and twice as fast as a
 * copy of one.
 */
export class Entries implements Iterator<[unknown, unknown]> {
  #map: Iterator<[unknown, unknown]> | undefined;
  #last: [unknown, unknown] | undefined;

  constructor(map: Map<unknown, unknown> | undefined, last: [unknown, unknown] | undefined) {
    this.#map = map?.entries();
    this.#last = last;
  }

  next(): IteratorResult<[unknown, unknown]> {
    const entry = this.#map?.next();
    if (entry !== undefined && entry.done !== true) return entry;
    this.#map = undefined;
    const last = this.#last;
    if (last === undefined) return { done: true, value: undefined };
    this.#last = undefined;
    return { done: false, value: last };
  }
}
