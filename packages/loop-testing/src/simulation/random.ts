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

/** Gives each caller a seed of its own. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
