import { describe, expect, test } from '@jest/globals';
import { find } from '../src/hamt/find.js';
import { insert } from '../src/hamt/insert.js';
import { At, emptyNode, isArray, isBitmap, isCollision, isLone, type Node, Other } from '../src/hamt/node.js';
import { remove } from '../src/hamt/remove.js';
import { toKey, toPair, walk } from '../src/hamt/walk.js';
import { byName, HashKey } from './support/hamt-keys.js';
import { depthOf, flawsOf } from './support/hamt-shape.js';

type Trie = Node<HashKey, string>;

const build = (...keys: HashKey[]): Trie =>
  keys.reduce((trie, key) => insert(trie, 0, key.hash, key, key.name, byName), emptyNode<HashKey, string>());
const drop = (trie: Trie, key: HashKey): Trie => remove(trie, 0, key.hash, key, byName) ?? emptyNode();
const get = (trie: Trie, key: HashKey) => find(trie, key.hash, key, byName, undefined);
const names = (trie: Trie) => [...walk(trie, toKey)].map(({ name }) => name);
const neighbours = (count: number) => Array.from({ length: count }, (_, way) => new HashKey(way, `k${way}`));

describe('A bitmap node', () => {
  test('packs entries in the order of their ways', () => {
    expect(names(build(new HashKey(9, 'nine'), new HashKey(31, 'last'), new HashKey(2, 'two')))).toEqual([
      'two',
      'nine',
      'last',
    ]);
  });

  test('leads on where two hashes take the same way', () => {
    const [a, b] = [new HashKey(0b00001_00011, 'a'), new HashKey(0b00010_00011, 'b')];
    const trie = build(a, b);
    expect(trie[At.Children]).toBe(1 << 3);
    expect(depthOf(trie)).toBe(2);
    expect([get(trie, a), get(trie, b)]).toEqual(['a', 'b']);
    expect(drop(trie, b)).toEqual(build(a));
  });

  test('leads seven steps down when only the last bits differ', () => {
    const [a, b] = [new HashKey(0, 'a'), new HashKey(1 << 31, 'b')];
    const trie = build(a, b);
    expect(depthOf(trie)).toBe(7);
    expect([get(trie, a), get(trie, b)]).toEqual(['a', 'b']);
    expect(drop(trie, a)).toEqual(build(b));
    expect(drop(drop(trie, a), b)).toBe(emptyNode());
  });
});

describe('A collision node', () => {
  const [a, b, c] = [new HashKey(-100, 'a'), new HashKey(-100, 'b'), new HashKey(-100, 'c')];

  test('holds what has the same hash, as high up as it can', () => {
    const trie = build(a, b, c);
    expect(depthOf(trie)).toBe(2);
    expect(names(trie)).toEqual(['a', 'b', 'c']);
    expect(get(trie, new HashKey(-100, 'd'))).toBeUndefined();
    expect(drop(trie, new HashKey(-100, 'd'))).toBe(trie);
    expect(names(drop(trie, b))).toEqual(['a', 'c']);
  });

  test('gives its place to the last entry', () => {
    expect(drop(build(a, b), b)).toEqual(build(a));
    expect(isBitmap(drop(build(a, b), a))).toBe(true);
  });

  test('is pushed down by another hash, and comes up when that is gone', () => {
    const other = new HashKey(-100 ^ (1 << 30), 'other');
    const trie = build(a, b, other);
    expect(depthOf(trie)).toBe(8);
    expect(flawsOf(trie, byName.hash)).toEqual([]);
    expect([a, b, other].map((key) => get(trie, key))).toEqual(['a', 'b', 'other']);
    expect(drop(trie, other)).toEqual(build(a, b));
    expect(build(other, a, b)).toEqual(trie);
  });

  test('keeps the key that came first, with the value that came last', () => {
    const again = new HashKey(-100, 'b');
    const trie = insert(build(a, b), 0, -100, again, 'new value', byName);
    const [, second] = [...walk(trie, toPair)];
    expect(second?.[0]).toBe(b);
    expect(second?.[1]).toBe('new value');
  });
});

describe('An array node', () => {
  test('is what a bitmap node becomes with its 17th way', () => {
    expect(isBitmap(build(...neighbours(16)))).toBe(true);
    const trie = build(...neighbours(17));
    expect(isArray(trie)).toBe(true);
    expect(names(trie)).toEqual(neighbours(17).map(({ name }) => name));
    expect(isLone(trie[Other.First] as Trie)).toBe(true);
  });

  test('becomes a bitmap node again with 16 ways', () => {
    const trie = build(...neighbours(17));
    expect(drop(trie, new HashKey(16, 'k16'))).toEqual(build(...neighbours(16)));
    expect(drop(trie, new HashKey(20, 'absent'))).toBe(trie);
    expect(drop(trie, new HashKey(16, 'absent'))).toBe(trie);
  });

  test('keeps lone entries, collisions and nodes apart when it packs', () => {
    const keys = [...neighbours(17), new HashKey(3, 'collides'), new HashKey(4 | (1 << 5), 'goes on')];
    const packed = drop(build(...keys), new HashKey(0, 'k0'));
    expect(flawsOf(packed, byName.hash)).toEqual([]);
    expect(isCollision(packed[At.BitmapPairs + 2 * 2 + 1] as Trie)).toBe(true);
    expect(names(packed)).toHaveLength(18);
    expect(packed).toEqual(build(...keys.slice(1)));
  });

  test('counts ways that lead to several entries once', () => {
    const extra = neighbours(17).map(({ hash }) => new HashKey(hash, 'extra'));
    const trie = build(...neighbours(17), ...extra);
    expect(trie[At.Head]).toBe(17);
    const withoutFirst = extra.reduce(drop, trie);
    expect(withoutFirst).toEqual(build(...neighbours(17)));
  });
});

test('versions share what did not change', () => {
  const keys = Array.from(
    { length: 2000 },
    (_, index) => new HashKey(Math.imul(index, 0x9e3779b1), `k${index}`),
  );
  const trie = build(...keys);
  const changed = insert(trie, 0, keys[77]?.hash ?? 0, keys[77] as HashKey, 'changed', byName);
  const nodesOf = (node: Trie): Trie[] => [
    node,
    ...node.filter((slot): slot is Trie => Array.isArray(slot)).flatMap(nodesOf),
  ];
  const before = new Set(nodesOf(trie));
  const fresh = nodesOf(changed).filter((node) => !before.has(node));
  expect(fresh.length).toBeLessThanOrEqual(depthOf(trie));
  expect(before.size).toBeGreaterThan(500);
});

test('functions of the caller that throw leave the trie as it was', () => {
  const keys = neighbours(20);
  const trie = build(...keys);
  const text = JSON.stringify(trie);
  const throwing = {
    hash: () => {
      throw new RangeError('hash');
    },
    equals: () => {
      throw new RangeError('equals');
    },
  };
  const rival = new HashKey(3, 'rival');
  expect(() => insert(trie, 0, 3, rival, 'x', throwing)).toThrow('equals');
  expect(() => find(trie, 3, rival, throwing, null)).toThrow('equals');
  expect(() => remove(trie, 0, 3, rival, throwing)).toThrow('equals');
  expect(() => insert(build(...keys.slice(0, 16)), 0, 17, new HashKey(17, 'x'), 'x', throwing)).toThrow(
    'hash',
  );
  expect(JSON.stringify(trie)).toBe(text);
});
