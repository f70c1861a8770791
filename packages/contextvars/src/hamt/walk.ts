import { BRANCH, type Branch, ENTRY, type Entry } from './node.js';

/** All entries under a branch, in the order of the trie. */
export function* walk<K, V>(branch: Branch<K, V>): Generator<Entry<K, V>, undefined> {
  for (const slot of branch.slots) {
    if (slot === undefined) continue;
    if (slot.kind === ENTRY) yield slot;
    else if (slot.kind === BRANCH) yield* walk(slot);
    else yield* slot.entries;
  }
}

/** The keys under a branch. */
export function* keysOf<K, V>(branch: Branch<K, V>): Generator<K, undefined> {
  for (const { key } of walk(branch)) yield key;
}

/** The values under a branch. */
export function* valuesOf<K, V>(branch: Branch<K, V>): Generator<V, undefined> {
  for (const { value } of walk(branch)) yield value;
}

/** Pairs of key and value under a branch. */
export function* entriesOf<K, V>(branch: Branch<K, V>): Generator<[K, V], undefined> {
  for (const { key, value } of walk(branch)) yield [key, value];
}
