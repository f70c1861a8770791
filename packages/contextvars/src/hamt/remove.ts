import { type KeyKind, sameKey } from './key-kind.js';
import {
  At,
  collidingPair,
  emptyNode,
  isArray,
  isBitmap,
  isCollision,
  isLone,
  type Node,
  Other,
  pairOf,
  Size,
  wayOf,
  withoutPair,
} from './node.js';

/**
 * A version of the trie without the key: `node` itself when it does not hold the key. Below the root (`shift` > 0) this
 * may be a lone entry, as a collision node of one, for the node above to take in; or `undefined`, for nothing.
 */
export function remove<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  kind: KeyKind<K>,
): Node<K, V> | undefined {
  if (isBitmap(node)) return removeFromBitmap(node, shift, hash, key, kind);
  if (isArray(node)) return removeFromArray(node, shift, hash, key, kind);
  if (node[At.Head] !== hash) return node;
  const pair = collidingPair(node, key, kind);
  if (pair < 0) return node;
  return isLone(node) ? undefined : withoutPair(node, pair);
}

function removeFromBitmap<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  kind: KeyKind<K>,
): Node<K, V> {
  const bitmap = node[At.Head] as number;
  const bit = 1 << wayOf(hash, shift);
  if ((bitmap & bit) === 0) return node;
  const pair = pairOf(bitmap, bit);
  if (((node[At.Children] as number) & bit) === 0) {
    const found = node[pair] as K;
    if (found !== key && !sameKey(kind, found, key)) return node;
    return dropWay(node, shift, bitmap & ~bit, pair, kind);
  }
  const child = node[pair + 1] as Node<K, V>;
  // Below a bitmap node are two entries at least, so something is left.
  const left = remove(child, shift + Size.Step, hash, key, kind) as Node<K, V>;
  if (left === child) return node;
  const isOnlyWay = node.length === At.BitmapPairs + 2;
  if (isOnlyWay && shift > 0 && isCollision(left)) return left;
  const copy = node.slice();
  putChild(copy, bit, pair, left);
  return copy;
}

function dropWay<K, V>(
  node: Node<K, V>,
  shift: number,
  bitmap: number,
  pair: number,
  kind: KeyKind<K>,
): Node<K, V> {
  if (bitmap === 0) return emptyNode();
  const children = node[At.Children] as number;
  if (shift > 0 && node.length === At.BitmapPairs + 4) {
    const other = pair === At.BitmapPairs ? pair + 2 : At.BitmapPairs;
    const value = node[other + 1];
    if (children === 0) return [false, kind.hash(node[other] as K), node[other], value];
    if (isCollision(value as Node<K, V>)) return value as Node<K, V>;
  }
  const copy = withoutPair(node, pair);
  copy[At.Head] = bitmap;
  return copy;
}

function removeFromArray<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  kind: KeyKind<K>,
): Node<K, V> {
  const place = Other.First + wayOf(hash, shift);
  const child = node[place] as Node<K, V> | undefined;
  if (child === undefined) return node;
  const left = remove(child, shift + Size.Step, hash, key, kind);
  if (left === child) return node;
  const copy = node.slice();
  copy[place] = left;
  if (left === undefined || !isLone(left) || isLone(child)) return copy;
  const children = (node[At.Head] as number) - 1;
  copy[At.Head] = children;
  return children > Size.MostPacked ? copy : packed(copy);
}

/** The bitmap node with the ways of an array node. */
function packed<K, V>(array: Node<K, V>): Node<K, V> {
  const node: unknown[] = [null, 0, 0];
  for (let way = 0; way < Size.Ways; way++) {
    const child = array[Other.First + way] as Node<K, V> | undefined;
    if (child === undefined) continue;
    node[At.Head] = (node[At.Head] as number) | (1 << way);
    putChild(node, 1 << way, node.length, child);
  }
  return node;
}

/** Puts a node into a pair of a bitmap node that is being made; of a lone entry, the entry itself. */
function putChild<K, V>(node: unknown[], bit: number, pair: number, child: Node<K, V>): void {
  const children = node[At.Children] as number;
  const holdsOne = isLone(child);
  node[At.Children] = holdsOne ? children & ~bit : children | bit;
  node[pair] = holdsOne ? child[Other.First] : undefined;
  node[pair + 1] = holdsOne ? child[Other.First + 1] : child;
}
