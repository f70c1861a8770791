import { type Contact, ID_BYTES, type Id } from './contact.js';

/** The most contacts of a bucket, and the number of nodes with a value: too many to all fail within an hour. */
export const K = 8;

const BITS = 8 * ID_BYTES;

interface Bucket {
  /** The contact that was seen longest ago is the first. */
  contacts: Contact[];
  /** Nodes that were seen when the bucket was full, the latest at the end. */
  spares: Contact[];
  /** Nodes that do not answer, and for which there is no replacement. */
  lost: Contact[];
  /** When an id of its range was last looked up, on the loop's clock. */
  lookedUpAt: number;
}

/**
 * The nodes that a node knows, by their distance: a bucket for each number of leading bits that an id has in common
 * with the node's own, and one for all ids with more. A full last bucket is split. So a node knows many of its
 * neighbours, and few distant nodes.
 */
export class RoutingTable {
  readonly #own: Id;
  readonly #buckets: Bucket[] = [newBucket(Number.NEGATIVE_INFINITY)];

  constructor(own: Id) {
    this.#own = own;
  }

  /** The number of known nodes. */
  get size(): number {
    return this.#buckets.reduce((sum, { contacts }) => sum + contacts.length, 0);
  }

  /**
   * Records that a node is alive. If its bucket is full, it waits to replace a node that does not answer, since nodes
   * that have been alive for long are likely to stay.
   */
  saw(contact: Contact): void {
    const bits = this.#own.commonBits(contact.id);
    if (bits === BITS) return;
    const { contacts, spares, lost } = this.#bucketOf(bits);
    const known = indexOf(contacts, contact.id);
    if (lost.length > 0) remove(lost, contact.id);
    if (known >= 0) {
      // Its address does not change, so that another node cannot take over its id.
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
   * Records that a node does not answer: the waiting node that was seen last replaces it. Without a waiting node, it
   * counts as lost.
   */
  missed(contact: Contact): void {
    const { contacts, spares, lost } = this.#bucketOf(this.#own.commonBits(contact.id));
    remove(spares, contact.id);
    if (!remove(contacts, contact.id)) return;
    const next = spares.pop();
    if (next !== undefined) contacts.push(next);
    else if (lost.push(contact) > K) lost.shift();
  }

  /** The lost nodes, which may answer again; their buckets are not full. */
  get lost(): Contact[] {
    return this.#buckets.flatMap(({ lost }) => lost);
  }

  /** Forgets a node that was lost. */
  forget({ id }: Contact): void {
    remove(this.#bucketOf(this.#own.commonBits(id)).lost, id);
  }

  /** The known nodes nearest to an id. */
  closest(target: Id, count: number = K): Contact[] {
    const found: Contact[] = [];
    const buckets = this.#buckets;
    const own = Math.min(this.#own.commonBits(target), buckets.length - 1);
    // Nodes of the id's own bucket are nearest, then nodes that have more bits in common with us, then the rest.
    addNearest(found, buckets[own]!, target, count);
    if (found.length < count) {
      for (let i = own + 1; i < buckets.length; i++) addNearest(found, buckets[i]!, target, count);
    }
    for (let i = own - 1; i >= 0 && found.length < count; i--) addNearest(found, buckets[i]!, target, count);
    return found;
  }

  /** Records that an id was looked up. */
  noteLookup(target: Id, now: number): void {
    this.#bucketOf(this.#own.commonBits(target)).lookedUpAt = now;
  }

  /** For each bucket in whose range no id was looked up since a time: an id of that range. The last one is our own. */
  stale(since: number): Id[] {
    return this.#buckets.flatMap(({ lookedUpAt }, bits) => {
      if (lookedUpAt >= since) return [];
      return [bits === this.#buckets.length - 1 ? this.#own : this.#own.randomBeside(bits)];
    });
  }

  /** Splits the last bucket: contacts with more bits in common than its number move to a new one. */
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

/** Removes a node, and returns whether it was there. */
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

/** Inserts the contacts of a bucket into the ordered list of the nearest contacts. */
function addNearest(nearest: Contact[], { contacts }: Bucket, target: Id, count: number): void {
  for (const contact of contacts) {
    let place = nearest.length;
    while (place > 0 && target.isNearer(contact.id, nearest[place - 1]!.id)) place--;
    if (place === count) continue;
    if (nearest.length === count) nearest.pop();
    nearest.splice(place, 0, contact);
  }
}
