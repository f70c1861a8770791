/** The kinds of things that the places of a branch hold. Numbers and not classes: nodes of another copy of this package fit in. */
export const ENTRY = 0;
export const BRANCH = 1;
export const COLLISION = 2;

/** A key with its value, at the end of a path through the trie. Entries never change; versions of a trie share them. */
export class Entry<K, V> {
  readonly kind = ENTRY;
  readonly hash: number;
  readonly key: K;
  readonly value: V;

  constructor(hash: number, key: K, value: V) {
    this.hash = hash;
    this.key = key;
    this.value = value;
  }
}

/** Up to 32 ways to go on, chosen by five bits of the hash. */
export class Branch<K, V> {
  readonly kind = BRANCH;
  /** Which of the 32 ways exist. */
  readonly bitmap: number;
  /** One place for each way that exists; or, when dense, 32 places. */
  readonly slots: ReadonlyArray<Slot<K, V> | undefined>;

  constructor(bitmap: number, slots: ReadonlyArray<Slot<K, V> | undefined>) {
    this.bitmap = bitmap;
    this.slots = slots;
  }
}

/** Entries whose hashes are equal in all 32 bits. */
export class Collision<K, V> {
  readonly kind = COLLISION;
  readonly hash: number;
  /** Two or more, in the order of their insertion. */
  readonly entries: ReadonlyArray<Entry<K, V>>;

  constructor(hash: number, entries: ReadonlyArray<Entry<K, V>>) {
    this.hash = hash;
    this.entries = entries;
  }
}

export type Slot<K, V> = Entry<K, V> | Branch<K, V> | Collision<K, V>;

/** Decides whether two keys with equal hashes are the same; called only for keys that are not identical. */
export type Equality<K> = (a: K, b: K) => boolean;

const empty = new Branch<never, never>(0, []);

/** The branch without entries. */
export function emptyBranch<K, V>(): Branch<K, V> {
  return empty;
}
