import { type KeyKind, sameKey } from './key-kind.js';
import {
  At,
  collidingPair,
  isArray,
  isBitmap,
  isLone,
  type Node,
  Other,
  pairOf,
  popCount,
  Size,
  wayOf,
  withPair,
} from './node.js';

/** Written by `insert` after it called the last of the caller's functions, to be read right after it returned. */
let wasNew = false;

/** Whether the last `insert` found no equal key. */
export function insertedNewKey(): boolean {
  return wasNew;
}

/**
 * A version of the trie in which the key has the value: `node` itself when it has it already. Of equal keys, the one
 * that was there stays.
 */
export function insert<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  value: V,
  kind: KeyKind<K>,
): Node<K, V> {
  if (isBitmap(node)) return insertIntoBitmap(node, shift, hash, key, value, kind);
  if (isArray(node)) return insertIntoArray(node, shift, hash, key, value, kind);
  return insertIntoCollision(node, shift, hash, key, value, kind);
}

function insertIntoBitmap<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  value: V,
  kind: KeyKind<K>,
): Node<K, V> {
  const bitmap = node[At.Head] as number;
  const children = node[At.Children] as number;
  const bit = 1 << wayOf(hash, shift);
  const pair = pairOf(bitmap, bit);
  if ((bitmap & bit) === 0) {
    const copy = withPair(node, pair, key, value);
    copy[At.Head] = bitmap | bit;
    wasNew = true;
    return copy;
  }
  if ((children & bit) !== 0) {
    const child = node[pair + 1] as Node<K, V>;
    return withValue(node, pair, insert(child, shift + Size.Step, hash, key, value, kind));
  }
  const found = node[pair] as K;
  if (found === key || sameKey(kind, found, key)) {
    wasNew = false;
    return withValue(node, pair, value);
  }
  const copy = node.slice();
  copy[At.Children] = children | bit;
  copy[pair] = undefined;
  copy[pair + 1] = branch(
    shift + Size.Step,
    false,
    kind.hash(found),
    found,
    node[pair + 1] as V,
    hash,
    key,
    value,
  );
  const grown = popCount(children) < Size.MostPacked ? copy : spreadOut(copy, kind);
  wasNew = true;
  return grown;
}

function withValue<K, V>(node: Node<K, V>, pair: number, value: unknown): Node<K, V> {
  if (Object.is(node[pair + 1], value)) return node;
  const copy = node.slice();
  copy[pair + 1] = value;
  return copy;
}

/** The smallest node that holds an entry, or (`isChild`, without a key) a node of one hash, and an entry of another. */
function branch<K, V>(
  shift: number,
  isChild: boolean,
  hash1: number,
  key1: K | undefined,
  value1: V | Node<K, V>,
  hash2: number,
  key2: K,
  value2: V,
): Node<K, V> {
  if (hash1 === hash2) return [false, hash1, key1, value1, key2, value2];
  const way1 = wayOf(hash1, shift);
  const way2 = wayOf(hash2, shift);
  const bit = 1 << way1;
  if (way1 === way2) {
    const child = branch(shift + Size.Step, isChild, hash1, key1, value1, hash2, key2, value2);
    return [null, bit, bit, undefined, child];
  }
  const bitmap = bit | (1 << way2);
  const children = isChild ? bit : 0;
  return way1 < way2
    ? [null, bitmap, children, key1, value1, key2, value2]
    : [null, bitmap, children, key2, value2, key1, value1];
}

/** The array node with the ways of a bitmap node. */
function spreadOut<K, V>(node: Node<K, V>, kind: KeyKind<K>): Node<K, V> {
  const bitmap = node[At.Head] as number;
  const children = node[At.Children] as number;
  const array: unknown[] = [true, popCount(children)];
  let pair = At.BitmapPairs;
  for (let way = 0; way < Size.Ways; way++) {
    const bit = 1 << way;
    if ((bitmap & bit) === 0) {
      array.push(undefined);
      continue;
    }
    const key = node[pair] as K;
    const value = node[pair + 1];
    array.push((children & bit) !== 0 ? value : [false, kind.hash(key), key, value]);
    pair += 2;
  }
  return array;
}

function insertIntoArray<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  value: V,
  kind: KeyKind<K>,
): Node<K, V> {
  const place = Other.First + wayOf(hash, shift);
  const child = node[place] as Node<K, V> | undefined;
  if (child === undefined) {
    const copy = node.slice();
    copy[place] = [false, hash, key, value];
    wasNew = true;
    return copy;
  }
  const changed = insert(child, shift + Size.Step, hash, key, value, kind);
  if (changed === child) return node;
  const copy = node.slice();
  copy[place] = changed;
  if (isLone(child) && !isLone(changed)) copy[At.Head] = (node[At.Head] as number) + 1;
  return copy;
}

function insertIntoCollision<K, V>(
  node: Node<K, V>,
  shift: number,
  hash: number,
  key: K,
  value: V,
  kind: KeyKind<K>,
): Node<K, V> {
  const ownHash = node[At.Head] as number;
  if (ownHash !== hash) {
    wasNew = true;
    return isLone(node)
      ? branch(shift, false, ownHash, node[Other.First] as K, node[Other.First + 1] as V, hash, key, value)
      : branch(shift, true, ownHash, undefined, node, hash, key, value);
  }
  const pair = collidingPair(node, key, kind);
  wasNew = pair < 0;
  return pair < 0 ? withPair(node, node.length, key, value) : withValue(node, pair, value);
}
