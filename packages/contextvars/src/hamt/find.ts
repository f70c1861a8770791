import { type KeyKind, sameKey } from './key-kind.js';
import { At, collidingPair, isArray, isBitmap, type Node, Other, pairOf, Size } from './node.js';

/** The value of a key, or the fallback. */
export function find<K, V, F>(root: Node<K, V>, hash: number, key: K, kind: KeyKind<K>, fallback: F): V | F {
  let node = root;
  for (let rest = hash; ; rest >>>= Size.Step) {
    if (isBitmap(node)) {
      const bitmap = node[At.Head] as number;
      const bit = 1 << (rest & 31);
      if ((bitmap & bit) === 0) return fallback;
      const pair = pairOf(bitmap, bit);
      if (((node[At.Children] as number) & bit) === 0) {
        const found = node[pair] as K;
        return found === key || sameKey(kind, found, key) ? (node[pair + 1] as V) : fallback;
      }
      node = node[pair + 1] as Node<K, V>;
    } else if (isArray(node)) {
      const child = node[Other.First + (rest & 31)];
      if (child === undefined) return fallback;
      node = child as Node<K, V>;
    } else {
      if (node[At.Head] !== hash) return fallback;
      const pair = collidingPair(node, key, kind);
      return pair < 0 ? fallback : (node[pair + 1] as V);
    }
  }
}
