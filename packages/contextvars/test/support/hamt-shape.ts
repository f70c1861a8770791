import {
  At,
  isArray,
  isBitmap,
  isCollision,
  isLone,
  type Node,
  Other,
  popCount,
  Size,
  wayOf,
} from '../../src/hamt/node.js';

/**
 * What is wrong with the shape of a trie: breaks of the rules at the head of `node.ts`. One set of entries has one
 * shape only if all of them hold.
 */
export function flawsOf<K>(root: Node<K, unknown>, hashOf: (key: K) => number): string[] {
  const flaws: string[] = [];
  if (isCollision(root)) flaws.push('the root is a collision node');
  inspect(root, 0, 0);
  return flaws;

  function inspect(node: Node<K, unknown>, shift: number, path: number): number {
    if (isBitmap(node)) return inspectBitmap(node, shift, path);
    if (isArray(node)) return inspectArray(node, shift, path);
    return inspectCollision(node, shift, path);
  }

  function inspectBitmap(node: Node<K, unknown>, shift: number, path: number): number {
    const bitmap = node[At.Head] as number;
    const children = node[At.Children] as number;
    if ((children & ~bitmap) !== 0) flaws.push('a child without a way');
    if (node.length !== At.BitmapPairs + 2 * popCount(bitmap))
      flaws.push('a bitmap node of the wrong length');
    if (popCount(children) > Size.MostPacked) flaws.push('a bitmap node with too many children');
    let entries = 0;
    let pair = At.BitmapPairs;
    for (let way = 0; way < Size.Ways; way++) {
      const bit = 1 << way;
      if ((bitmap & bit) === 0) continue;
      const inside = path | (way << shift);
      if ((children & bit) !== 0) {
        if (node[pair] !== undefined) flaws.push('a child with a key');
        const below = inspect(node[pair + 1] as Node<K, unknown>, shift + Size.Step, inside);
        if (below < 2) flaws.push('a child of a bitmap node with less than two entries');
        entries += below;
      } else {
        checkPath(node[pair] as K, shift + Size.Step, inside);
        entries += 1;
      }
      pair += 2;
    }
    const only =
      children !== 0 && popCount(bitmap) === 1 ? (node[At.BitmapPairs + 1] as Node<K, unknown>) : null;
    if (shift > 0 && only !== null && isCollision(only))
      flaws.push('a collision node deeper than it can stand');
    return entries;
  }

  function inspectArray(node: Node<K, unknown>, shift: number, path: number): number {
    if (node.length !== Other.First + Size.Ways) flaws.push('an array node of the wrong length');
    let entries = 0;
    let children = 0;
    for (let way = 0; way < Size.Ways; way++) {
      const child = node[Other.First + way] as Node<K, unknown> | undefined;
      if (child === undefined) continue;
      if (!isLone(child)) children++;
      const below = inspect(child, shift + Size.Step, path | (way << shift));
      if (below === 0 || (below === 1 && !isCollision(child)))
        flaws.push('a lone entry that is no collision node');
      entries += below;
    }
    if (children !== node[At.Head]) flaws.push('a wrong count of children');
    if (children <= Size.MostPacked) flaws.push('an array node with too few children');
    return entries;
  }

  function inspectCollision(node: Node<K, unknown>, shift: number, path: number): number {
    for (let pair = Other.First; pair < node.length; pair += 2) {
      const key = node[pair] as K;
      if (hashOf(key) !== node[At.Head]) flaws.push('a key in the collision node of another hash');
      checkPath(key, shift, path);
    }
    return (node.length - Other.First) / 2;
  }

  function checkPath(key: K, steps: number, path: number): void {
    for (let shift = 0; shift < steps; shift += Size.Step) {
      if (wayOf(hashOf(key), shift) !== wayOf(path, shift)) flaws.push(`${key} is not on its way`);
    }
  }
}

/** How many steps deep a trie goes. */
export function depthOf(node: Node<unknown, unknown>): number {
  let deepest = 0;
  for (const slot of node.slice(isBitmap(node) ? At.BitmapPairs : Other.First)) {
    if (Array.isArray(slot)) deepest = Math.max(deepest, depthOf(slot as Node<unknown, unknown>));
  }
  return deepest + 1;
}
