import { BITS_PER_LEVEL, MOST_PACKED, popCount, WAYS, way } from './bits.js';
import { matches } from './find.js';
import { BRANCH, Branch, Collision, ENTRY, type Entry, type Equality, type Slot } from './node.js';

/**
 * A version of the branch with this entry added, or put in the place of the one of an equal key (whose key object stays). Returns the branch
 * itself when it holds the same value already.
 */
export function insert<K, V>(
  branch: Branch<K, V>,
  shift: number,
  entry: Entry<K, V>,
  equals: Equality<K>,
): Branch<K, V> {
  const { bitmap, slots } = branch;
  const position = way(entry.hash, shift);
  const bit = 1 << position;
  const index = slots.length === WAYS ? position : popCount(bitmap & (bit - 1));
  if ((bitmap & bit) === 0) return addSlot(branch, position, index, entry);
  const slot = slots[index] as Slot<K, V>;
  const replacement = insertIntoSlot(slot, shift + BITS_PER_LEVEL, entry, equals);
  if (replacement === slot) return branch;
  const copy = slots.slice();
  copy[index] = replacement;
  return new Branch(bitmap, copy);
}

function insertIntoSlot<K, V>(
  slot: Slot<K, V>,
  shift: number,
  entry: Entry<K, V>,
  equals: Equality<K>,
): Slot<K, V> {
  if (slot.kind === BRANCH) return insert(slot, shift, entry, equals);
  if (slot.kind === ENTRY) {
    if (matches(slot, entry.hash, entry.key, equals)) {
      return Object.is(slot.value, entry.value) ? slot : entry;
    }
    if (slot.hash === entry.hash) return new Collision(entry.hash, [slot, entry]);
  } else if (slot.hash === entry.hash) {
    return insertIntoCollision(slot, entry, equals);
  }
  return split(slot, entry, shift);
}

/** A branch, or a chain of branches, that tells two different hashes apart. */
function split<K, V>(
  old: Exclude<Slot<K, V>, Branch<K, V>>,
  entry: Entry<K, V>,
  shift: number,
): Branch<K, V> {
  const before = way(old.hash, shift);
  const position = way(entry.hash, shift);
  if (before === position) return new Branch(1 << position, [split(old, entry, shift + BITS_PER_LEVEL)]);
  return new Branch((1 << before) | (1 << position), before < position ? [old, entry] : [entry, old]);
}

function insertIntoCollision<K, V>(
  collision: Collision<K, V>,
  entry: Entry<K, V>,
  equals: Equality<K>,
): Collision<K, V> {
  const { entries, hash } = collision;
  const index = entries.findIndex(({ key }) => key === entry.key || equals(key, entry.key));
  if (index === -1) return new Collision(hash, [...entries, entry]);
  if (Object.is(entries[index]?.value, entry.value)) return collision;
  return new Collision(hash, entries.with(index, entry));
}

function addSlot<K, V>(
  { bitmap, slots }: Branch<K, V>,
  position: number,
  index: number,
  entry: Entry<K, V>,
): Branch<K, V> {
  const grown = bitmap | (1 << position);
  if (slots.length === WAYS) {
    const copy = slots.slice();
    copy[position] = entry;
    return new Branch(grown, copy);
  }
  if (slots.length === MOST_PACKED) {
    const spread = spreadOut(bitmap, slots);
    spread[position] = entry;
    return new Branch(grown, spread);
  }
  const copy = slots.slice();
  copy.splice(index, 0, entry);
  return new Branch(grown, copy);
}

/** The 32 places of a dense branch from the packed ones. */
function spreadOut<T>(bitmap: number, slots: readonly T[]): Array<T | undefined> {
  const spread: Array<T | undefined> = [];
  let next = 0;
  for (let position = 0; position < WAYS; position++) {
    spread.push((bitmap & (1 << position)) === 0 ? undefined : slots[next++]);
  }
  return spread;
}
