import { type Contact, ID_BYTES, type Id } from './contact.js';

/** How many contacts a bucket holds at most, and how many nodes keep a value: too many to all fail within an hour. */
export const K = 8;

interface Bucket {
  /** The one that was seen longest ago is the first. */
  contacts: Contact[];
  /** When an id of its range was last looked up, on the loop's clock. */
  lookedUpAt: number;
}

/**
 * The nodes that a node knows, by their distance: a bucket for each number of leading bits that an id has in common
 * with its own. So a node knows many of its neighbours, and few of those that are far away.
 */
export class RoutingTable {
  readonly #own: Id;
  readonly #buckets: Bucket[] = Array.from({ length: 8 * ID_BYTES }, () => ({ contacts: [], lookedUpAt: 0 }));
  // No bucket from here on has ever had a contact: in a network of a thousand nodes that are all but a dozen.
  #used = 0;

  constructor(own: Id) {
    this.#own = own;
  }

  /** How many nodes it knows. */
  get size(): number {
    return this.#buckets.reduce((sum, { contacts }) => sum + contacts.length, 0);
  }

  /**
   * Notes that a node is alive.
   *
   * @returns `null`, or where there is no room: the contact that has not been seen for longest. If that one is gone,
   *   the new one may have its place
   */
  saw(contact: Contact): Contact | null {
    const bits = this.#own.commonBits(contact.id);
    if (bits === 8 * ID_BYTES) return null;
    const { contacts } = this.#buckets[bits]!;
    const known = contacts.findIndex(({ id }) => id.equals(contact.id));
    if (known >= 0) {
      // Its address stays what it was: another node cannot take a name over.
      const same = contacts[known]!;
      contacts.copyWithin(known, known + 1);
      contacts[contacts.length - 1] = same;
      return null;
    }
    if (contacts.length === K) return contacts[0]!;
    contacts.push(contact);
    this.#used = Math.max(this.#used, bits + 1);
    return null;
  }

  /** Forgets a node that does not answer. */
  forget({ id }: Contact): void {
    const bucket = this.#buckets[this.#own.commonBits(id)];
    if (bucket !== undefined) bucket.contacts = bucket.contacts.filter((contact) => !contact.id.equals(id));
  }

  /** The nodes that it knows nearest to an id. */
  closest(target: Id, count: number = K): Contact[] {
    const found: Contact[] = [];
    const bits = Math.min(this.#own.commonBits(target), this.#buckets.length - 1);
    // Those of its own bucket are nearest, then those that have even more in common with us, then the others.
    for (let i = bits; i < Math.max(this.#used, bits + 1); i++) this.#addNearest(found, i, target, count);
    for (let i = bits - 1; i >= 0 && found.length < count; i--) this.#addNearest(found, i, target, count);
    return found;
  }

  /** Puts the contacts of a bucket into their places in a list of the nearest ones. */
  #addNearest(nearest: Contact[], bits: number, target: Id, count: number): void {
    for (const contact of this.#buckets[bits]!.contacts) {
      let place = nearest.length;
      while (place > 0 && target.isNearer(contact.id, nearest[place - 1]!.id)) place--;
      if (place === count) continue;
      if (nearest.length === count) nearest.pop();
      nearest.splice(place, 0, contact);
    }
  }

  /** Notes that an id was looked up. */
  noteLookup(target: Id, now: number): void {
    const bucket = this.#buckets[this.#own.commonBits(target)];
    if (bucket !== undefined) bucket.lookedUpAt = now;
  }

  /**
   * The buckets that have contacts, and of whose range nothing was looked up since: how many bits they have in common.
   */
  stale(since: number): number[] {
    return this.#buckets.flatMap(({ contacts, lookedUpAt }, bits) =>
      contacts.length > 0 && lookedUpAt < since ? [bits] : [],
    );
  }
}
