import type { Contact, Id } from './contact.js';
import { K } from './routing-table.js';

interface Candidate {
  readonly contact: Contact;
  state: 'new' | 'asked' | 'dropped';
}

/** The nearest nodes that a search has found so far, and which of them have been asked. */
export class Shortlist {
  readonly #target: Id;
  readonly #own: Id;
  // The nearest first; a dropped one stays known.
  readonly #candidates: Candidate[] = [];

  constructor(target: Id, own: Id) {
    this.#target = target;
    this.#own = own;
  }

  /** Adds the contacts of a reply; each node once. */
  add(contacts: readonly Contact[]): void {
    for (const contact of contacts) if (!contact.id.equals(this.#own)) this.#addOne(contact);
  }

  #addOne(contact: Contact): void {
    const candidates = this.#candidates;
    let place = candidates.length;
    for (; place > 0; place--) {
      const { id } = candidates[place - 1]!.contact;
      if (id.equals(contact.id)) return;
      if (!this.#target.isNearer(contact.id, id)) break;
    }
    candidates.splice(place, 0, { contact, state: 'new' });
  }

  /** The nearest node of the `K` nearest that was not asked yet, or `null`. */
  next(): Contact | null {
    let count = 0;
    for (const candidate of this.#candidates) {
      if (candidate.state === 'dropped') continue;
      if (candidate.state === 'new') {
        candidate.state = 'asked';
        return candidate.contact;
      }
      if (++count === K) break;
    }
    return null;
  }

  /** Removes a node that does not answer. */
  drop(contact: Contact): void {
    const dropped = this.#candidates.find((candidate) => candidate.contact === contact);
    if (dropped !== undefined) dropped.state = 'dropped';
  }

  /** The nearest nodes. */
  get nearest(): readonly Contact[] {
    return this.#candidates
      .filter(({ state }) => state !== 'dropped')
      .slice(0, K)
      .map(({ contact }) => contact);
  }
}
