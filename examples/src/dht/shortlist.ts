import { type Contact, compareDistance } from './contact.js';
import { K } from './routing-table.js';

/** The nearest nodes that a search has found so far, and which of them have been asked. */
export class Shortlist {
  readonly #target: Uint8Array;
  readonly #own: Uint8Array;
  readonly #known = new Set<string>();
  readonly #asked = new Set<Contact>();
  #nearest: Contact[] = [];

  constructor(target: Uint8Array, own: Uint8Array) {
    this.#target = target;
    this.#own = own;
  }

  /** Adds what a node has answered; each node once. */
  add(contacts: readonly Contact[]): void {
    for (const contact of contacts) {
      const name = contact.id.toString('latin1');
      if (this.#known.has(name) || contact.id.equals(this.#own)) continue;
      this.#known.add(name);
      this.#nearest.push(contact);
    }
    this.#nearest.sort((one, other) => compareDistance(this.#target, one.id, other.id));
  }

  /** The nearest node that was not asked yet, of the `K` nearest; `null` where there is none. */
  next(): Contact | null {
    const next = this.nearest.find((contact) => !this.#asked.has(contact));
    if (next === undefined) return null;
    this.#asked.add(next);
    return next;
  }

  /** Takes out a node that does not answer. */
  drop(contact: Contact): void {
    this.#nearest = this.#nearest.filter((other) => other !== contact);
  }

  /** The nearest nodes. */
  get nearest(): readonly Contact[] {
    return this.#nearest.slice(0, K);
  }
}
