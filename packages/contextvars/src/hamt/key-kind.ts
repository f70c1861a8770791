import { defaultHash } from './default-hash.js';

/**
 * How the keys of a trie are hashed and compared. An absent function means the default, which is called by its name and
 * not through a variable: so the engine can inline it, however many kinds of keys a program has.
 */
export interface KeyKind<K> {
  readonly hash: ((key: K) => number) | undefined;
  readonly equals: ((a: K, b: K) => boolean) | undefined;
}

/** The 32-bit hash of a key. */
export function hashOf<K>(kind: KeyKind<K>, key: K): number {
  return kind.hash === undefined ? defaultHash(key) : kind.hash(key) | 0;
}

/** Whether two keys that are not identical are the same all the same; by default only `NaN` is. */
export function sameKey<K>(kind: KeyKind<K>, a: K, b: K): boolean {
  return kind.equals === undefined ? Number.isNaN(a) && Number.isNaN(b) : kind.equals(a, b);
}
