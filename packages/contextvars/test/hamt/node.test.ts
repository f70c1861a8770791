import { describe, expect, test } from '@jest/globals';
import { find } from '../../src/hamt/find.js';
import { insert } from '../../src/hamt/insert.js';
import { At, emptyNode, isArray, isBitmap, isLone, type Node, Other } from '../../src/hamt/node.js';
import { remove } from '../../src/hamt/remove.js';
import { toKey, toPair, walk } from '../../src/hamt/walk.js';
import { byName, HashKey } from '../support/hamt-keys.js';
import { depthOf, flawsOf } from '../support/hamt-shape.js';

type Trie = Node<HashKey, string>;

const build = (...keys: HashKey[]): Trie =>
  keys.reduce((trie, key) => insert(trie, 0, key.hash, key, key.name, byName), emptyNode<HashKey, string>());
const drop = (trie: Trie, key: HashKey): Trie => remove(trie, 0, key.hash, key, byName) ?? emptyNode();
const get = (trie: Trie, key: HashKey) => find(trie, key.hash, key, byName, undefined);
const names = (trie: Trie) => [...walk(trie, toKey)].map(({ name }) => name);
const neighbours = (count: number) => Array.from({ length: count }, (_, way) => new HashKey(way, `k${way}`));

/** A function that can be called once. */
function once<A, R>(fn: (arg: A) => R): (arg: A) => R {
  let isCalled = false;
  return (arg) => {
    if (isCalled) throw new RangeError('called again');
    isCalled = true;
    return fn(arg);
  };
}

describe('A bitmap node', () => {
  test('packs entries in the order of their ways', () => {
    expect(names(build(new HashKey(9, 'nine'), new HashKey(31, 'last'), new HashKey(2, 'two')))).toEqual([
      'two',
      'nine',
      'last',
    ]);
  });

  test('has a child where two hashes take the same way', () => {
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
  /** Two keys on each of this many ways. */
  const twins = (ways: number) =>
    Array.from(
      { length: 2 * ways },
      (_, index) => new HashKey((index >> 1) | ((index & 1) << 5), `k${index}`),
    );

  test('is what a bitmap node becomes with its 17th child', () => {
    expect(isBitmap(build(...neighbours(32)))).toBe(true);
    expect(isBitmap(build(...twins(16)))).toBe(true);
    const trie = build(...twins(17));
    expect(isArray(trie)).toBe(true);
    expect(trie[At.Head]).toBe(17);
    expect(names(trie)).toEqual(twins(17).map(({ name }) => name));
  });

  test('becomes a bitmap node again with 16 children', () => {
    const keys = twins(17);
    const trie = build(...keys);
    expect(drop(trie, keys[33] as HashKey)).toEqual(build(...keys.slice(0, 33)));
    expect(drop(trie, new HashKey(20, 'absent'))).toBe(trie);
    expect(drop(trie, new HashKey(16, 'absent'))).toBe(trie);
  });

  test('has lone entries, which do not count', () => {
    const lone = [new HashKey(20, 'lone'), new HashKey(21, 'lonely')];
    const trie = build(...twins(17), ...lone);
    expect(trie[At.Head]).toBe(17);
    expect(isLone(trie[Other.First + 20] as Trie)).toBe(true);
    expect(lone.reduce(drop, trie)).toEqual(build(...twins(17)));
    expect(build(...lone, ...twins(17))).toEqual(trie);
    const partner = new HashKey(20 | (7 << 5), 'partner');
    expect(build(...twins(17), ...lone, partner)[At.Head]).toBe(18);
    expect(drop(build(...twins(17), ...lone, partner), partner)).toEqual(trie);
  });

  test('keeps lone entries, collisions and nodes apart when it packs', () => {
    const keys = [...twins(17), new HashKey(3, 'collides'), new HashKey(25, 'lone')];
    const packed = drop(build(...keys), new HashKey(0, 'k0'));
    expect(flawsOf(packed, byName.hash)).toEqual([]);
    expect(isBitmap(packed)).toBe(true);
    expect(names(packed)).toHaveLength(35);
    expect(packed).toEqual(build(...keys.slice(1)));
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
  const trie = build(...keys, ...neighbours(16).map(({ hash }) => new HashKey(hash | 32, 'twin')));
  const text = JSON.stringify(trie);
  const throwing = {
    hash: () => {
      throw new RangeError('hash');
    },
    equals: () => {
      throw new RangeError('equals');
    },
  };
  const rival = new HashKey(18, 'rival');
  expect(() => insert(trie, 0, 18, rival, 'x', throwing)).toThrow('equals');
  expect(() => find(trie, 18, rival, throwing, null)).toThrow('equals');
  expect(() => remove(trie, 0, 18, rival, throwing)).toThrow('equals');
  // Equal to nothing, so the key that is there has to be hashed: to distinguish it from the new one, or to spread a
  // node out.
  const different = { hash: throwing.hash, equals: () => false };
  expect(() => insert(trie, 0, 18, rival, 'x', different)).toThrow('hash');
  const onlyOnce = { hash: once(byName.hash), equals: () => false };
  expect(() => insert(trie, 0, 18 | 32, new HashKey(18 | 32, 'x'), 'x', onlyOnce)).toThrow('called again');
  expect(JSON.stringify(trie)).toBe(text);
});
