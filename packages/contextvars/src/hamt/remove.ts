import { BITS_PER_LEVEL, MOST_PACKED, popCount, WAYS, way } from './bits.js';
import { matches } from './find.js';
import { BRANCH, Branch, Collision, ENTRY, type Equality, emptyBranch, type Slot } from './node.js';

/** A version of the branch without a key; the branch itself when it does not hold the key. */
export function remove<K, V>(
  branch: Branch<K, V>,
  shift: number,
  hash: number,
  key: K,
  equals: Equality<K>,
): Branch<K, V> {
  const { bitmap, slots } = branch;
  const position = way(hash, shift);
  const bit = 1 << position;
  if ((bitmap & bit) === 0) return branch;
  const index = slots.length === WAYS ? position : popCount(bitmap & (bit - 1));
  const slot = slots[index] as Slot<K, V>;
  const replacement = removeFromSlot(slot, shift + BITS_PER_LEVEL, hash, key, equals);
  if (replacement === slot) return branch;
  if (replacement === undefined) return dropSlot(branch, bit, index);
  const copy = slots.slice();
  copy[index] = replacement;
  return new Branch(bitmap, copy);
}

/** What is left of a slot: the slot itself, something smaller, or nothing. */
function removeFromSlot<K, V>(
  slot: Slot<K, V>,
  shift: number,
  hash: number,
  key: K,
  equals: Equality<K>,
): Slot<K, V> | undefined {
  if (slot.kind === BRANCH) return inlined(remove(slot, shift, hash, key, equals));
  if (slot.kind === ENTRY) return matches(slot, hash, key, equals) ? undefined : slot;
  return slot.hash === hash ? removeFromCollision(slot, key, equals) : slot;
}

function removeFromCollision<K, V>(collision: Collision<K, V>, key: K, equals: Equality<K>): Slot<K, V> {
  const { entries, hash } = collision;
  const index = entries.findIndex((entry) => entry.key === key || equals(entry.key, key));
  if (index === -1) return collision;
  const rest = entries.toSpliced(index, 1);
  return rest.length === 1 ? (rest[0] as Slot<K, V>) : new Collision(hash, rest);
}

/** Below the root, a branch that only leads to one entry or collision gives its place to it. */
function inlined<K, V>(branch: Branch<K, V>): Slot<K, V> {
  const [only] = branch.slots;
  return branch.slots.length === 1 && only !== undefined && only.kind !== BRANCH ? only : branch;
}

function dropSlot<K, V>({ bitmap, slots }: Branch<K, V>, bit: number, index: number): Branch<K, V> {
  const left = bitmap & ~bit;
  if (left === 0) return emptyBranch();
  if (slots.length < WAYS) return new Branch(left, slots.toSpliced(index, 1));
  const copy = slots.slice();
  copy[index] = undefined;
  const packed = popCount(left) < MOST_PACKED;
  return new Branch(left, packed ? copy.filter((slot) => slot !== undefined) : copy);
}
