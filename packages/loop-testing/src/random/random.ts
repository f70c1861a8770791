/** Random numbers that are the same whenever the seed is. */
export class Random {
  /** What the numbers come from. */
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed - any integer; its lower 32 bits count */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#a = this.seed;
    this.#b = 0x6269_6768;
    this.#c = 0x7400_7365;
    // The first numbers of similar seeds are similar.
    for (let i = 0; i < 12; i++) this.next();
  }

  /**
   * A stream of its own for each purpose: what one draws changes nothing for another.
   *
   * @param names - what it is for
   */
  static stream(seed: number, ...names: readonly string[]): Random {
    let hash = seed >>> 0;
    for (const character of names.join('\0')) {
      hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x0100_0193);
      hash ^= hash >>> 15;
    }
    return new Random(hash);
  }

  /** A number from 0 to 1, 1 excluded. */
  next(): number {
    // Chris Doty-Humphrey's "small fast counting" generator, of 32 bits.
    const result = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `bound`, `bound` excluded. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** Whether something happens whose probability, from 0 to 1, is given. */
  chance(probability: number): boolean {
    // The certain takes no number: a fault that is switched off does not change what comes after.
    return probability > 0 && this.next() < probability;
  }
}

// Taken at import: within a simulation the global one is that simulation's.
const { random } = Math;

/** Gives each caller a seed of its own. */
export function anySeed(): number {
  return Math.floor(random() * 2 ** 32);
}
