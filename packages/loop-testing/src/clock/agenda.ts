/** An event that is going to happen. */
export class Entry {
  readonly when: number;
  readonly order: number;
  readonly sequence: number;
  event: (() => void) | null;

  constructor(when: number, order: number, sequence: number, event: () => void) {
    this.when = when;
    this.order = order;
    this.sequence = sequence;
    this.event = event;
  }

  /** Cancels the event. */
  cancel(): void {
    this.event = null;
  }
}

/**
 * What is going to happen in a simulated world, in the order of time; at the same time, in the order that was asked
 * for.
 */
export class Agenda {
  // A binary heap; cancelled events leave when they surface.
  readonly #entries: Entry[] = [];
  #sequence = 0;

  /** When the next event is due, in seconds; infinity when there is none. */
  get next(): number {
    const entries = this.#entries;
    while (entries.length > 0) {
      const first = entries[0] as Entry;
      if (first.event !== null) return first.when;
      this.#removeFirst();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Enters an event. */
  add(when: number, order: number, event: () => void): Entry {
    const entry = new Entry(when, order, this.#sequence++, event);
    const entries = this.#entries;
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (!comesBefore(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
    return entry;
  }

  /** Runs every event that is due by a time, and those that follow from them at once. */
  happen(now: number): void {
    while (this.next <= now) {
      const { event } = this.#entries[0] as Entry;
      this.#removeFirst();
      event?.();
    }
  }

  #removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop() as Entry;
    const { length } = entries;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = index * 2 + 1;
      if (childIndex >= length) break;
      let child = entries[childIndex] as Entry;
      if (childIndex + 1 < length && comesBefore(entries[childIndex + 1] as Entry, child)) {
        childIndex++;
        child = entries[childIndex] as Entry;
      }
      if (!comesBefore(child, last)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
  }
}

function comesBefore(one: Entry, other: Entry): boolean {
  if (one.when !== other.when) return one.when < other.when;
  return one.order === other.order ? one.sequence < other.sequence : one.order < other.order;
}
