import { type Contact, commonBits, compareDistance, ID_BYTES } from './contact.js';

/** So many contacts are in a bucket at most, and so many nodes keep a value: too many to fail all within an hour. */
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
  readonly #own: Uint8Array;
  readonly #buckets: Bucket[] = Array.from({ length: 8 * ID_BYTES }, () => ({ contacts: [], lookedUpAt: 0 }));

  constructor(own: Uint8Array) {
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
    const bits = commonBits(this.#own, contact.id);
    if (bits === 8 * ID_BYTES) return null;
    const { contacts } = this.#buckets[bits]!;
    const known = contacts.findIndex(({ id }) => id.equals(contact.id));
    if (known >= 0) {
      // Its address stays what it was: another node cannot take a name over.
      const [same] = contacts.splice(known, 1) as [Contact];
      contacts.push(same);
      return null;
    }
    if (contacts.length === K) return contacts[0]!;
    contacts.push(contact);
    return null;
  }

  /** Forgets a node that does not answer. */
  forget({ id }: Contact): void {
    const bucket = this.#buckets[commonBits(this.#own, id)];
    if (bucket !== undefined) bucket.contacts = bucket.contacts.filter((contact) => !contact.id.equals(id));
  }

  /** The nodes that it knows nearest to an id. */
  closest(target: Uint8Array, count: number = K): Contact[] {
    const found: Contact[] = [];
    const bits = Math.min(commonBits(this.#own, target), this.#buckets.length - 1);
    // Those of its own bucket are nearest, then those that have even more in common with us, then the others.
    found.push(...this.#buckets[bits]!.contacts);
    for (let i = bits + 1; i < this.#buckets.length; i++) found.push(...this.#buckets[i]!.contacts);
    for (let i = bits - 1; i >= 0 && found.length < count; i--) found.push(...this.#buckets[i]!.contacts);
    return found.sort((one, other) => compareDistance(target, one.id, other.id)).slice(0, count);
  }

  /** Notes that an id was looked up. */
  noteLookup(target: Uint8Array, now: number): void {
    const bucket = this.#buckets[commonBits(this.#own, target)];
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
