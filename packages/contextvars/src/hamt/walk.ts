import { At, isArray, isBitmap, type Node, Other } from './node.js';

/** Calls a function for every entry of a trie, in the order of the ways. */
export function visit<K, V>(node: Node<K, V>, fn: (key: K, value: V) => void): void {
  if (isArray(node)) {
    for (let way = Other.First; way < node.length; way++) {
      if (node[way] !== undefined) visit(node[way] as Node<K, V>, fn);
    }
    return;
  }
  const children = isBitmap(node) ? (node[At.Children] as number) : 0;
  let ways = waysOf(node);
  for (let pair = firstPlace(node); pair < node.length; pair += 2) {
    const bit = ways & -ways;
    ways ^= bit;
    if ((children & bit) !== 0) visit(node[pair + 1] as Node<K, V>, fn);
    else fn(node[pair] as K, node[pair + 1] as V);
  }
}

/** The entries of a trie one by one; `select` makes what is yielded. */
export function* walk<K, V, R>(root: Node<K, V>, select: (key: K, value: V) => R): Generator<R, undefined> {
  // One generator with stacks of its own: one that delegates to itself would pass every entry through all its levels.
  const nodes: Array<Node<K, V>> = [];
  const places: number[] = [];
  const waysLeft: number[] = [];
  let node = root;
  let place = firstPlace(node);
  let ways = waysOf(node);
  for (;;) {
    let child: Node<K, V> | undefined;
    if (place >= node.length) {
      const parent = nodes.pop();
      if (parent === undefined) return;
      node = parent;
      place = places.pop() as number;
      ways = waysLeft.pop() as number;
    } else if (isArray(node)) {
      child = node[place++] as Node<K, V> | undefined;
    } else {
      const bit = ways & -ways;
      ways ^= bit;
      if (isBitmap(node) && ((node[At.Children] as number) & bit) !== 0)
        child = node[place + 1] as Node<K, V>;
      else yield select(node[place] as K, node[place + 1] as V);
      place += 2;
    }
    if (child === undefined) continue;
    nodes.push(node);
    places.push(place);
    waysLeft.push(ways);
    node = child;
    place = firstPlace(node);
    ways = waysOf(node);
  }
}

function firstPlace(node: Node<unknown, unknown>): number {
  return isBitmap(node) ? At.BitmapPairs : Other.First;
}

function waysOf(node: Node<unknown, unknown>): number {
  return isBitmap(node) ? (node[At.Head] as number) : 0;
}

/** For `walk`: a pair of key and value. */
export function toPair<K, V>(key: K, value: V): [K, V] {
  return [key, value];
}

/** For `walk`: the key. */
export function toKey<K>(key: K): K {
  return key;
}

/** For `walk`: the value. */
export function toValue<V>(_key: unknown, value: V): V {
  return value;
}
