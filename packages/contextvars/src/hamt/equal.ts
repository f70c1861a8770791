import { type KeyKind, sameKey } from './key-kind.js';
import { At, collidingPair, isArray, isCollision, type Node, Other } from './node.js';

/**
 * Whether two tries with keys of one kind hold the same entries. Their shapes are compared, and what they share is
 * skipped: the price is that of the differences.
 */
export function equalNodes<K, V>(
  a: Node<K, V>,
  b: Node<K, V>,
  kind: KeyKind<K>,
  sameValue: (a: V, b: V) => boolean,
): boolean {
  if (a === b) return true;
  if (a[At.Mark] !== b[At.Mark] || a[At.Head] !== b[At.Head] || a.length !== b.length) return false;
  if (isCollision(a)) return equalCollisions(a, b, kind, sameValue);
  return isArray(a) ? equalArrays(a, b, kind, sameValue) : equalBitmaps(a, b, kind, sameValue);
}

function equalBitmaps<K, V>(
  a: Node<K, V>,
  b: Node<K, V>,
  kind: KeyKind<K>,
  sameValue: (a: V, b: V) => boolean,
): boolean {
  if (a[At.Children] !== b[At.Children]) return false;
  let ways = a[At.Head] as number;
  for (let pair = At.BitmapPairs; pair < a.length; pair += 2) {
    const bit = ways & -ways;
    ways ^= bit;
    const x = a[pair + 1];
    const y = b[pair + 1];
    if (((a[At.Children] as number) & bit) !== 0) {
      if (!equalNodes(x as Node<K, V>, y as Node<K, V>, kind, sameValue)) return false;
    } else if (a[pair] !== b[pair] && !sameKey(kind, a[pair] as K, b[pair] as K)) {
      return false;
    } else if (!sameValue(x as V, y as V)) {
      return false;
    }
  }
  return true;
}

function equalArrays<K, V>(
  a: Node<K, V>,
  b: Node<K, V>,
  kind: KeyKind<K>,
  sameValue: (a: V, b: V) => boolean,
): boolean {
  for (let way = Other.First; way < a.length; way++) {
    const x = a[way] as Node<K, V> | undefined;
    const y = b[way] as Node<K, V> | undefined;
    if (x === y) continue;
    if (x === undefined || y === undefined || !equalNodes(x, y, kind, sameValue)) return false;
  }
  return true;
}

/** The order within a collision node is that of insertion, and does not count. */
function equalCollisions<K, V>(
  a: Node<K, V>,
  b: Node<K, V>,
  kind: KeyKind<K>,
  sameValue: (a: V, b: V) => boolean,
): boolean {
  for (let pair = Other.First; pair < a.length; pair += 2) {
    const other = collidingPair(b, a[pair] as K, kind);
    if (other < 0 || !sameValue(a[pair + 1] as V, b[other + 1] as V)) return false;
  }
  return true;
}
