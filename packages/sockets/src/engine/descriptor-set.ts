/** A byte has eight. */
const SHIFT = 3;
const BITS = 1 << SHIFT;
const FEWEST_BYTES = 64;

/** A set of descriptors: a bit for each, since they are small numbers, where a `Set` takes forty bytes for one. */
export class DescriptorSet {
  #bytes = new Uint8Array(FEWEST_BYTES);

  /** Adds a descriptor; again does nothing. */
  add(fd: number): void {
    const index = fd >> SHIFT;
    if (index >= this.#bytes.length) {
      const longer = new Uint8Array(Math.max(2 * this.#bytes.length, index + 1));
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[index]! |= 1 << (fd & (BITS - 1));
  }

  /** Removes a descriptor; without effect for one that is not in the set. */
  delete(fd: number): void {
    const index = fd >> SHIFT;
    if (index < this.#bytes.length) this.#bytes[index]! &= ~(1 << (fd & (BITS - 1)));
  }

  /** The descriptors, in the order of their numbers. */
  *[Symbol.iterator](): Generator<number, void> {
    for (const [index, byte] of this.#bytes.entries()) {
      for (let bit = 0; bit < BITS; bit++) if ((byte & (1 << bit)) !== 0) yield index * BITS + bit;
    }
  }
}
