import { strictEqual } from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';
import { equalNodes } from '../../src/hamt/equal.js';
import { find } from '../../src/hamt/find.js';
import { insert, insertedNewKey } from '../../src/hamt/insert.js';
import { emptyNode, isArray, type Node } from '../../src/hamt/node.js';
import { remove } from '../../src/hamt/remove.js';
import { toPair, visit, walk } from '../../src/hamt/walk.js';
import { byName, collidingKeys, crowdedKeys, type HashKey } from '../support/hamt-keys.js';
import { flawsOf } from '../support/hamt-shape.js';

type Trie = Node<HashKey, number>;
type Operation = readonly [kind: 'set' | 'delete' | 'get', key: HashKey, value: number];

const operationsOn = (keys: fc.Arbitrary<HashKey>) =>
  fc.array(
    fc.tuple(fc.constantFrom('set', 'set', 'delete', 'get'), keys, fc.nat(5)) as fc.Arbitrary<Operation>,
    { maxLength: 400, size: 'max' },
  );

const set = (trie: Trie, key: HashKey, value: number) =>
  insert(trie, 0, byName.hash(key), key, value, byName);
const drop = (trie: Trie, key: HashKey) =>
  remove(trie, 0, byName.hash(key), key, byName) ?? emptyNode<HashKey, number>();

/** The reference: a Map by name and hash. */
const nameOf = (key: HashKey) => `${key.name}#${key.hash}`;

function apply(trie: Trie, model: Map<string, number>, [kind, key, value]: Operation): Trie {
  const known = model.get(nameOf(key));
  strictEqual(find(trie, key.hash, key, byName, undefined), known);
  if (kind === 'get') return trie;
  if (kind === 'set') {
    const next = set(trie, key, value);
    strictEqual(insertedNewKey(), known === undefined);
    strictEqual(next === trie, known === value);
    model.set(nameOf(key), value);
    return next;
  }
  const next = drop(trie, key);
  strictEqual(next === trie, known === undefined);
  model.delete(nameOf(key));
  return next;
}

const contentOf = (trie: Trie) =>
  new Map([...walk(trie, toPair)].map(([key, value]) => [nameOf(key), value]));

describe.each([
  ['with hashes that collide at every depth', collidingKeys],
  ['with crowded nodes', crowdedKeys],
])('A trie %s', (_name, keys) => {
  const operations = operationsOn(keys);

  test('holds what a Map holds after the same operations, in a shape without flaws', () => {
    let count = 0;
    let arrays = 0;
    const runs = randomRuns(100, 20);
    fc.assert(
      fc.property(operations, (list) => {
        let trie = emptyNode<HashKey, number>();
        const model = new Map<string, number>();
        for (const operation of list) {
          trie = apply(trie, model, operation);
          count++;
          if (isArray(trie)) arrays++;
        }
        expect(contentOf(trie)).toEqual(model);
        const visited = new Map<string, number>();
        visit(trie, (key, value) => visited.set(nameOf(key), value));
        expect(visited).toEqual(model);
        expect(flawsOf(trie, byName.hash)).toEqual([]);
      }),
      runs,
    );
    expect(count).toBeGreaterThan(runs.numRuns * 100);
    if (keys === crowdedKeys) expect(arrays).toBeGreaterThan(runs.numRuns);
  });

  test('never changes: every version holds what it held when it was made', () => {
    fc.assert(
      fc.property(operations, (list) => {
        const versions: Array<[Trie, Map<string, number>, string]> = [];
        let trie = emptyNode<HashKey, number>();
        const model = new Map<string, number>();
        for (const operation of list) {
          trie = apply(trie, model, operation);
          if (versions.length < 40) versions.push([trie, new Map(model), JSON.stringify(trie)]);
        }
        for (const [version, content, text] of versions) {
          expect(contentOf(version)).toEqual(content);
          expect(JSON.stringify(version)).toBe(text);
        }
      }),
      randomRuns(40, 10),
    );
  });

  test('has one shape for one content, and so equals what was built in another order', () => {
    fc.assert(
      fc.property(operations, fc.array(keys, { maxLength: 60 }), (list, others) => {
        let trie = emptyNode<HashKey, number>();
        const model = new Map<string, number>();
        for (const operation of list) trie = apply(trie, model, operation);
        let rebuilt = emptyNode<HashKey, number>();
        for (const key of others) rebuilt = set(rebuilt, key, -1);
        for (const [key, value] of [...walk(trie, toPair)].reverse()) rebuilt = set(rebuilt, key, value);
        for (const key of others) if (!model.has(nameOf(key))) rebuilt = drop(rebuilt, key);
        expect(equalNodes(trie, rebuilt, byName, Object.is)).toBe(true);
        expect(equalNodes(rebuilt, trie, byName, Object.is)).toBe(true);
        for (const [key, value] of [...walk(trie, toPair)].slice(0, 10)) {
          expect(equalNodes(set(trie, key, value + 1), rebuilt, byName, Object.is)).toBe(false);
          expect(equalNodes(drop(trie, key), rebuilt, byName, Object.is)).toBe(false);
        }
      }),
      randomRuns(40, 10),
    );
  });
});
