/** How the keys of a trie are hashed and compared. */
export interface KeyKind<K> {
  /** A 32-bit integer for a key. */
  hash(key: K): number;
  /**
   * Absent: only `NaN` is equal to itself without being identical. That is called by its name and not through a
   * variable: so the engine can inline it, however many kinds of keys a program has.
   */
  readonly equals: ((a: K, b: K) => boolean) | undefined;
}

/** Whether two keys that are not identical are the same all the same; by default only `NaN` is. */
export function sameKey<K>(kind: KeyKind<K>, a: K, b: K): boolean {
  return kind.equals === undefined ? Number.isNaN(a) && Number.isNaN(b) : kind.equals(a, b);
}
