import { defaultHash } from './hamt/default-hash.js';
import { equalNodes } from './hamt/equal.js';
import { find } from './hamt/find.js';
import { insert, insertedNewKey } from './hamt/insert.js';
import type { KeyKind } from './hamt/key-kind.js';
import { emptyNode, type Node } from './hamt/node.js';
import { remove } from './hamt/remove.js';
import { toKey, toPair, toValue, visit, walk } from './hamt/walk.js';
import { refuseUnknownOptions } from './unknown-option.js';

/** How a `HAMT` hashes and compares its keys. */
export interface HAMTOptions<K> {
  /**
   * A 32-bit integer for a key, the same for equal keys. Default: by content for primitives, by identity for objects.
   */
  readonly hash?: (key: K) => number;
  /** Whether two keys are the same; identical keys always are. Default: as `Map` does. */
  readonly equals?: (a: K, b: K) => boolean;
}

/** A copy of the caller's options; all versions of a map have the same object. */
class UserKind<K> implements KeyKind<K> {
  /** The caller's hash function, which need not return integers. */
  readonly userHash: ((key: K) => number) | undefined;
  readonly equals: ((a: K, b: K) => boolean) | undefined;

  constructor(options: HAMTOptions<K>) {
    refuseUnknownOptions(options, ['hash', 'equals']);
    this.userHash = options.hash ?? undefined;
    this.equals = options.equals ?? undefined;
  }

  /** The default is called by its name, so that the engine can inline it. */
  hash(key: K): number {
    const { userHash } = this;
    return userHash === undefined ? defaultHash(key) : userHash(key) | 0;
  }
}

const defaults = new UserKind<unknown>({});

const ABSENT = Symbol('absent');

/**
 * A persistent map: `set` and `delete` return a new version in O(log n) that shares what is unchanged with the old one,
 * which never changes. CPython has one inside of its contexts.
 *
 * ```ts
 * const one = HAMT.of(['a', 1]);
 * const two = one.set('b', 2); // one.size === 1
 * ```
 */
export class HAMT<K, V> implements ReadonlyMap<K, V> {
  #kind: UserKind<K>;
  #root: Node<K, V>;
  #size: number;

  /**
   * @param entries - pairs of key and value; later ones win
   * @param options - the hash and equality of keys
   */
  constructor(entries?: Iterable<readonly [K, V]> | null, options?: HAMTOptions<K> | null) {
    this.#kind = options == null ? defaults : new UserKind(options);
    this.#root = emptyNode();
    this.#size = 0;
    if (entries == null) return;
    for (const [key, value] of entries) {
      this.#root = insert(this.#root, 0, this.#kind.hash(key), key, value, this.#kind);
      if (insertedNewKey()) this.#size++;
    }
  }

  /** Another version of this map. */
  #version(root: Node<K, V>, size: number): HAMT<K, V> {
    const version = new HAMT<K, V>();
    version.#kind = this.#kind;
    version.#root = root;
    version.#size = size;
    return version;
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
    const kind = this.#kind;
    return find(this.#root, kind.hash(key), key, kind, fallback);
  }

  /** Whether there is an entry for a key. */
  has(key: K): boolean {
    const kind = this.#kind;
    return find(this.#root, kind.hash(key), key, kind, ABSENT) !== ABSENT;
  }

  /** A version with this value for the key; the map itself when it has the same value (`Object.is`) already. */
  set(key: K, value: V): HAMT<K, V> {
    const kind = this.#kind;
    const root = insert(this.#root, 0, kind.hash(key), key, value, kind);
    if (root === this.#root) return this;
    return this.#version(root, insertedNewKey() ? this.#size + 1 : this.#size);
  }

  /** A version without the key; the map itself when it does not have it. */
  delete(key: K): HAMT<K, V> {
    const kind = this.#kind;
    const root = remove(this.#root, 0, kind.hash(key), key, kind) ?? emptyNode<K, V>();
    return root === this.#root ? this : this.#version(root, this.#size - 1);
  }

  /** The keys, in no particular order. */
  keys(): MapIterator<K> {
    return walk(this.#root, toKey);
  }

  /** The values, in the order of `keys`. */
  values(): MapIterator<V> {
    return walk(this.#root, toValue);
  }

  /** Pairs of key and value, in the order of `keys`. */
  entries(): MapIterator<[K, V]> {
    return walk(this.#root, toPair);
  }

  /** The same as `entries`. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  /** Calls a function for each entry. */
  forEach(fn: (value: V, key: K, map: ReadonlyMap<K, V>) => void, self?: unknown): void {
    visit(this.#root, (key, value) => fn.call(self, value, key, this));
  }

  /**
   * Whether another map has the same keys with the same values.
   *
   * @param sameValue - compares values; default: `Object.is`
   */
  equals(other: HAMT<K, V>, sameValue: (a: V, b: V) => boolean = Object.is): boolean {
    if (this.#size !== other.#size) return false;
    const { userHash, equals } = this.#kind;
    if (userHash === other.#kind.userHash && equals === other.#kind.equals) {
      return equalNodes(this.#root, other.#root, this.#kind, sameValue);
    }
    for (const [key, value] of this) {
      const found = other.get(key, ABSENT);
      if (found === ABSENT || !sameValue(value, found as V)) return false;
    }
    return true;
  }
}
