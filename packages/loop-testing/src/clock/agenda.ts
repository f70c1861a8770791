interface Entry {
  readonly when: number;
  readonly order: number;
  readonly event: () => void;
}

/** What is going to happen in a simulated world, in the order of time; at the same time, in the order that was asked for. */
export class Agenda {
  // The next one is the last, so that taking it costs nothing.
  readonly #entries: Entry[] = [];

  /** When the next event is due, in seconds; infinity when there is none. */
  get next(): number {
    return this.#entries.at(-1)?.when ?? Number.POSITIVE_INFINITY;
  }

  /** Enters an event. Returns a function that strikes it out. */
  add(when: number, order: number, event: () => void): () => void {
    const entry = { when, order, event };
    this.#entries.splice(this.#placeOf(entry), 0, entry);
    return () => {
      const place = this.#entries.indexOf(entry);
      if (place !== -1) this.#entries.splice(place, 1);
    };
  }

  /** Has everything happen that is due by a time, what follows from it at once included. */
  happen(now: number): void {
    while (this.next <= now) this.#entries.pop()?.event();
  }

  /** Among entries that come later, and before those that come sooner; behind those that are equal to it. */
  #placeOf(entry: Entry): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comesBefore(entry, this.#entries[middle] as Entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function comesBefore(one: Entry, other: Entry): boolean {
  return one.when === other.when ? one.order < other.order : one.when < other.when;
}
