import { popCount, WAYS, way } from './bits.js';
import { BRANCH, type Branch, type Collision, ENTRY, type Entry, type Equality, type Slot } from './node.js';

/** The entry of a key, or `undefined`. */
export function find<K, V>(
  root: Branch<K, V>,
  hash: number,
  key: K,
  equals: Equality<K>,
): Entry<K, V> | undefined {
  let branch = root;
  for (let shift = 0; ; shift += 5) {
    const slot = slotAt(branch, way(hash, shift));
    if (slot === undefined) return undefined;
    if (slot.kind === BRANCH) branch = slot;
    else if (slot.kind === ENTRY) return matches(slot, hash, key, equals) ? slot : undefined;
    else return slot.hash === hash ? findColliding(slot, key, equals) : undefined;
  }
}

/** What a branch holds on one of the 32 ways. */
export function slotAt<K, V>(branch: Branch<K, V>, position: number): Slot<K, V> | undefined {
  const { slots } = branch;
  if (slots.length === WAYS) return slots[position];
  const bit = 1 << position;
  return (branch.bitmap & bit) === 0 ? undefined : slots[popCount(branch.bitmap & (bit - 1))];
}

/** Whether an entry is the one of this key. */
export function matches<K, V>(entry: Entry<K, V>, hash: number, key: K, equals: Equality<K>): boolean {
  return entry.key === key || (entry.hash === hash && equals(entry.key, key));
}

function findColliding<K, V>(
  { entries }: Collision<K, V>,
  key: K,
  equals: Equality<K>,
): Entry<K, V> | undefined {
  for (const entry of entries) if (entry.key === key || equals(entry.key, key)) return entry;
  return undefined;
}
