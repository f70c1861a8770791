import { defaultHash } from './hamt/default-hash.js';
import { find } from './hamt/find.js';
import { insert } from './hamt/insert.js';
import { type Branch, Entry, type Equality, emptyBranch } from './hamt/node.js';
import { remove } from './hamt/remove.js';
import { entriesOf, keysOf, valuesOf, walk } from './hamt/walk.js';

/** How a `HAMT` tells keys apart. */
export interface HAMTOptions<K> {
  /** A 32-bit integer for a key, the same for equal keys. Default: by content for primitives, by identity for objects. */
  readonly hash?: (key: K) => number;
  /** Whether two keys are the same; identical keys always are. Default: as `Map` does. */
  readonly equals?: (a: K, b: K) => boolean;
}

/** The options with their defaults; one object for all versions of a map. */
class KeyKind<K> {
  readonly hash: (key: K) => number;
  readonly equals: Equality<K>;

  constructor({ hash = defaultHash, equals = Object.is }: HAMTOptions<K>) {
    this.hash = hash;
    this.equals = equals;
  }
}

const defaults = new KeyKind<unknown>({});

/**
 * A persistent map: `set` and `delete` return a new version in O(log n) that shares what is unchanged with the old one, which
 * never changes. Python has it inside of its contexts.
 *
 * ```ts
 * const one = HAMT.of(['a', 1]);
 * const two = one.set('b', 2); // one.size === 1
 * ```
 */
export class HAMT<K, V> implements ReadonlyMap<K, V> {
  readonly #kind: KeyKind<K>;
  #root: Branch<K, V>;
  #size: number;

  /**
   * @param entries - pairs of key and value; later ones win
   * @param options - the hash and equality of keys
   */
  constructor(entries?: Iterable<readonly [K, V]> | null, options?: HAMTOptions<K> | null) {
    if (options == null) this.#kind = defaults;
    else this.#kind = options instanceof KeyKind ? options : new KeyKind(options);
    this.#root = emptyBranch();
    this.#size = 0;
    if (entries == null) return;
    let filled: HAMT<K, V> = this;
    for (const [key, value] of entries) filled = filled.set(key, value);
    this.#root = filled.#root;
    this.#size = filled.#size;
  }

  /** A map without entries. */
  static empty<K, V>(options?: HAMTOptions<K>): HAMT<K, V> {
    return new HAMT<K, V>(undefined, options);
  }

  /** A map of the pairs that are given, with the default hash and equality. */
  static of<K, V>(...entries: ReadonlyArray<readonly [K, V]>): HAMT<K, V> {
    return new HAMT<K, V>(entries);
  }

  /** A map of the pairs of an iterable, for example a `Map`. */
  static from<K, V>(entries: Iterable<readonly [K, V]>, options?: HAMTOptions<K>): HAMT<K, V> {
    return new HAMT<K, V>(entries, options);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** The value of a key, or the fallback. */
  get(key: K): V | undefined;
  get<F>(key: K, fallback: F): V | F;
  get(key: K, fallback?: unknown): unknown {
    const entry = find(this.#root, this.#kind.hash(key) | 0, key, this.#kind.equals);
    return entry === undefined ? fallback : entry.value;
  }

  /** Whether there is an entry for a key. */
  has(key: K): boolean {
    return find(this.#root, this.#kind.hash(key) | 0, key, this.#kind.equals) !== undefined;
  }

  /** A version with this value for the key; the map itself when it has the same value (`Object.is`) already. */
  set(key: K, value: V): HAMT<K, V> {
    const { hash, equals } = this.#kind;
    const entry = new Entry(hash(key) | 0, key, value);
    const added = find(this.#root, entry.hash, key, equals) === undefined;
    return this.#version(insert(this.#root, 0, entry, equals), added ? 1 : 0);
  }

  /** A version without the key; the map itself when it does not have it. */
  delete(key: K): HAMT<K, V> {
    return this.#version(remove(this.#root, 0, this.#kind.hash(key) | 0, key, this.#kind.equals), -1);
  }

  #version(root: Branch<K, V>, growth: number): HAMT<K, V> {
    if (root === this.#root) return this;
    const version = new HAMT<K, V>(undefined, this.#kind);
    version.#root = root;
    version.#size = this.#size + growth;
    return version;
  }

  /** The keys, in no particular order. */
  keys(): MapIterator<K> {
    return keysOf(this.#root);
  }

  /** The values, in the order of `keys`. */
  values(): MapIterator<V> {
    return valuesOf(this.#root);
  }

  /** Pairs of key and value, in the order of `keys`. */
  entries(): MapIterator<[K, V]> {
    return entriesOf(this.#root);
  }

  /** The same as `entries`. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  /** Calls a function for each entry. */
  forEach(fn: (value: V, key: K, map: ReadonlyMap<K, V>) => void, self?: unknown): void {
    for (const { key, value } of walk(this.#root)) fn.call(self, value, key, this);
  }
}
