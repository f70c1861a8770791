/** With fewer claims than this, none is looked for that is over. */
const FIRST_LIMIT = 64;

/** The owner of a descriptor; once it is destroyed, the number may stand for another descriptor. */
export interface DescriptorOwner {
  /** Whether it is over. */
  readonly destroyed: boolean;
}

/** The descriptors that an engine does not watch, since they belong to transports that Node serves. */
export class DescriptorClaims {
  readonly #owners = new Map<number, DescriptorOwner>();
  /** At this many claims, those that are over are removed. */
  #limit = FIRST_LIMIT;

  /** How many are kept, those that are over among them. */
  get size(): number {
    return this.#owners.size;
  }

  /** Notes that a descriptor belongs to a socket, as long as that is not destroyed. */
  add(fd: number, owner: DescriptorOwner): void {
    if (this.#owners.size >= this.#limit) this.#forget();
    this.#owners.set(fd, owner);
  }

  /** Whether a descriptor belongs to a socket that is not destroyed. */
  has(fd: number): boolean {
    return this.#owners.get(fd)?.destroyed === false;
  }

  /** Takes time in proportion to the claims, and leaves room for as many again. */
  #forget(): void {
    for (const [fd, { destroyed }] of this.#owners) if (destroyed) this.#owners.delete(fd);
    this.#limit = Math.max(FIRST_LIMIT, 2 * this.#owners.size);
  }
}
