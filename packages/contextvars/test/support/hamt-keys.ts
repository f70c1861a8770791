import fc from 'fast-check';

/** A key whose hash the test chooses; equal to others of the same name and hash. */
export class HashKey {
  readonly hash: number;
  readonly name: string;

  constructor(hash: number, name: string) {
    this.hash = hash;
    this.name = name;
  }

  toString(): string {
    return `${this.name}#${this.hash}`;
  }
}

/** For maps of `HashKey`. */
export const byName = {
  hash: (key: HashKey): number => key.hash,
  equals: (a: HashKey, b: HashKey): boolean => a.hash === b.hash && a.name === b.name,
};

/** Hashes that agree with others in their first few steps: collisions at every depth, down to equal hashes. */
export const collidingHashes: fc.Arbitrary<number> = fc
  .record({
    shared: fc.integer({ min: 0, max: 6 }),
    ways: fc.array(fc.nat(31), { minLength: 7, maxLength: 7 }),
  })
  .map(({ shared, ways }) =>
    ways.reduce((hash, way, step) => hash | ((step < shared ? 7 : way) << (5 * step)), 0),
  );

/** Keys of such hashes, with few names, so that keys come again. */
export const collidingKeys: fc.Arbitrary<HashKey> = fc
  .tuple(collidingHashes, fc.constantFrom('a', 'b', 'c'))
  .map(([hash, name]) => new HashKey(hash, name));

/** Keys that fill whole nodes, so that array nodes come and go. */
export const crowdedKeys: fc.Arbitrary<HashKey> = fc
  .tuple(fc.nat(20), fc.constantFrom(0, 1 << 5, 3 << 10, 1 << 30), fc.constantFrom('a', 'a', 'a', 'b'))
  .map(([low, high, name]) => new HashKey(low | high, name));
