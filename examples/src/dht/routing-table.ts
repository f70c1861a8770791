import { type Contact, ID_BYTES, type Id } from './contact.js';

/** How many contacts a bucket holds at most, and how many nodes keep a value: too many to all fail within an hour. */
export const K = 8;

const BITS = 8 * ID_BYTES;

interface Bucket {
  /** The one that was seen longest ago is the first. */
  contacts: Contact[];
  /** Nodes that were seen when there was no room for them, the last one at the end. */
  spares: Contact[];
  /** Nodes that do not answer, and for whom there is no other one. */
  lost: Contact[];
  /** When an id of its range was last looked up, on the loop's clock. */
  lookedUpAt: number;
}

/**
 * The nodes that a node knows, by their distance: a bucket for each number of leading bits that an id has in common
 * with its own, and one for all that have more. That last one is split when it is full. So a node knows many of its
 * neighbours, and few of those that are far away.
 */
export class RoutingTable {
  readonly #own: Id;
  readonly #buckets: Bucket[] = [newBucket(Number.NEGATIVE_INFINITY)];

  constructor(own: Id) {
    this.#own = own;
  }

  /** How many nodes it knows. */
  get size(): number {
    return this.#buckets.reduce((sum, { contacts }) => sum + contacts.length, 0);
  }

  /**
   * Notes that a node is alive. In a full bucket it waits for the place of one that does not answer: those that have
   * been there for long are those that will stay.
   */
  saw(contact: Contact): void {
    const bits = this.#own.commonBits(contact.id);
    if (bits === BITS) return;
    const { contacts, spares, lost } = this.#bucketOf(bits);
    const known = indexOf(contacts, contact.id);
    if (lost.length > 0) remove(lost, contact.id);
    if (known >= 0) {
      // Its address stays what it was: another node cannot take a name over.
      moveToEnd(contacts, known);
    } else if (contacts.length < K) {
      contacts.push(contact);
    } else if (bits >= this.#buckets.length - 1 && this.#buckets.length < BITS) {
      this.#split();
      this.saw(contact);
    } else {
      const spare = indexOf(spares, contact.id);
      if (spare >= 0) {
        moveToEnd(spares, spare);
      } else {
        if (spares.length === K) spares.shift();
        spares.push(contact);
      }
    }
  }

  /**
   * Notes that a node does not answer: it loses its place to the one that was seen last of those that found no room.
   * Where there is none, the node counts as lost.
   */
  missed(contact: Contact): void {
    const { contacts, spares, lost } = this.#bucketOf(this.#own.commonBits(contact.id));
    remove(spares, contact.id);
    if (!remove(contacts, contact.id)) return;
    const next = spares.pop();
    if (next !== undefined) contacts.push(next);
    else if (lost.push(contact) > K) lost.shift();
  }

  /** The nodes that do not answer, and may do so again: without them there would be fewer than there is room for. */
  get lost(): Contact[] {
    return this.#buckets.flatMap(({ lost }) => lost);
  }

  /** Forgets a node that was lost. */
  forget({ id }: Contact): void {
    remove(this.#bucketOf(this.#own.commonBits(id)).lost, id);
  }

  /** The nodes that it knows nearest to an id. */
  closest(target: Id, count: number = K): Contact[] {
    const found: Contact[] = [];
    const buckets = this.#buckets;
    const own = Math.min(this.#own.commonBits(target), buckets.length - 1);
    // Those of its own bucket are nearest, then those that have even more in common with us, then the others.
    addNearest(found, buckets[own]!, target, count);
    if (found.length < count) {
      for (let i = own + 1; i < buckets.length; i++) addNearest(found, buckets[i]!, target, count);
    }
    for (let i = own - 1; i >= 0 && found.length < count; i--) addNearest(found, buckets[i]!, target, count);
    return found;
  }

  /** Notes that an id was looked up. */
  noteLookup(target: Id, now: number): void {
    this.#bucketOf(this.#own.commonBits(target)).lookedUpAt = now;
  }

  /** For each bucket of whose range nothing was looked up since: an id of that range. The last one is our own id. */
  stale(since: number): Id[] {
    return this.#buckets.flatMap(({ lookedUpAt }, bits) => {
      if (lookedUpAt >= since) return [];
      return [bits === this.#buckets.length - 1 ? this.#own : this.#own.randomBeside(bits)];
    });
  }

  /** Makes two buckets of the last one: what has no more bits in common than its number stays. */
  #split(): void {
    const bits = this.#buckets.length - 1;
    const far = this.#buckets[bits]!;
    const near = newBucket(far.lookedUpAt);
    const isNear = ({ id }: Contact) => this.#own.commonBits(id) > bits;
    for (const list of ['contacts', 'lost'] as const) {
      near[list] = far[list].filter(isNear);
      far[list] = far[list].filter((contact) => !isNear(contact));
    }
    this.#buckets.push(near);
  }

  #bucketOf(bits: number): Bucket {
    return this.#buckets[Math.min(bits, this.#buckets.length - 1)]!;
  }
}

function newBucket(lookedUpAt: number): Bucket {
  return { contacts: [], spares: [], lost: [], lookedUpAt };
}

function indexOf(contacts: readonly Contact[], id: Id): number {
  for (let i = 0; i < contacts.length; i++) if (contacts[i]!.id.equals(id)) return i;
  return -1;
}

/** Takes a node out, and returns whether it was there. */
function remove(contacts: Contact[], id: Id): boolean {
  const index = indexOf(contacts, id);
  if (index >= 0) contacts.splice(index, 1);
  return index >= 0;
}

function moveToEnd(contacts: Contact[], index: number): void {
  const contact = contacts[index]!;
  contacts.copyWithin(index, index + 1);
  contacts[contacts.length - 1] = contact;
}

/** Puts the contacts of a bucket into their places in a list of the nearest ones. */
function addNearest(nearest: Contact[], { contacts }: Bucket, target: Id, count: number): void {
  for (const contact of contacts) {
    let place = nearest.length;
    while (place > 0 && target.isNearer(contact.id, nearest[place - 1]!.id)) place--;
    if (place === count) continue;
    if (nearest.length === count) nearest.pop();
    nearest.splice(place, 0, contact);
  }
}
