import { HAMT } from '@bight/contextvars/hamt';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../test/support/extent.js';
import { byName, HashKey } from './support/hamt-keys.js';

describe('A HAMT', () => {
  test('is made empty, of pairs, from iterables, and with options', () => {
    expect(HAMT.empty().size).toBe(0);
    expect(new HAMT().size).toBe(0);
    expect([...HAMT.of(['a', 1], ['b', 2], ['a', 3])].sort()).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(new Map(HAMT.from(map))).toEqual(map);
    expect(new Map(new HAMT(map))).toEqual(map);
    expect(new Map(HAMT.from(HAMT.from(map)))).toEqual(map);
    const lengths = HAMT.from([['aa', 1]], {
      hash: (key) => key.length,
      equals: (a, b) => a.length === b.length,
    });
    expect(lengths.get('bb')).toBe(1);
    expect(
      HAMT.empty<string, number>({ equals: (a, b) => a === b })
        .set('a', 1)
        .get('a'),
    ).toBe(1);
  });

  test('has new versions, and stays as it is', () => {
    const none = HAMT.empty<string, number>();
    const one = none.set('a', 1);
    const two = one.set('b', 2);
    const changed = two.set('a', 3);
    const less = two.delete('a');
    expect([none, one, two, changed, less].map((map) => new Map(map))).toEqual([
      new Map(),
      new Map([['a', 1]]),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['a', 3],
        ['b', 2],
      ]),
      new Map([['b', 2]]),
    ]);
    expect([none, one, two, changed, less].map(({ size }) => size)).toEqual([0, 1, 2, 2, 1]);
  });

  test('is itself when nothing changes', () => {
    const value = {};
    const map = HAMT.of(['a', value], ['n', Number.NaN]);
    expect(map.set('a', value)).toBe(map);
    expect(map.set('n', Number.NaN)).toBe(map);
    expect(map.set('a', {})).not.toBe(map);
    expect(map.delete('absent')).toBe(map);
    expect(HAMT.of(['z', 0]).set('z', -0).get('z')).toBe(-0);
  });

  test('gives the fallback for absent keys only', () => {
    const map = HAMT.of(['a', undefined]);
    expect(map.get('a', 'fallback')).toBeUndefined();
    expect(map.get('b', 'fallback')).toBe('fallback');
    expect(map.get('b')).toBeUndefined();
    expect([map.has('a'), map.has('b')]).toEqual([true, false]);
  });

  test('distinguishes keys of any type as a Map does', () => {
    const [object, fn, symbol] = [{}, () => 1, Symbol('s')];
    const keys = [
      ...[
        undefined,
        null,
        true,
        false,
        0,
        1,
        -1,
        0.5,
        1.5,
        2 ** 31,
        2 ** 40,
        -(2 ** 31),
        Infinity,
        -Infinity,
        Number.NaN,
      ],
      ...[
        '',
        '0',
        '1',
        'a',
        'null',
        'undefined',
        'true',
        'ключ',
        0n,
        1n,
        2n ** 70n,
        object,
        {},
        [],
        fn,
        symbol,
      ],
      ...[
        Symbol('s'),
        Symbol.for('s'),
        Symbol.for('t'),
        Symbol.iterator,
        Number.MIN_VALUE,
        Number.MAX_SAFE_INTEGER,
      ],
    ];
    const map = HAMT.from(keys.map((key, index) => [key, index] as const));
    expect(map.size).toBe(keys.length);
    expect(keys.map((key) => map.get(key))).toEqual([...keys.keys()]);
    expect(map.get(-0)).toBe(map.get(0));
    expect(map.get(`${'n'}ull`)).toBe(map.get('null'));
    expect(map.has({})).toBe(false);
    expect(keys.reduce<HAMT<unknown, number>>((left, key) => left.delete(key), map).size).toBe(0);
  });

  test('does what a Map does, with any keys', () => {
    const keys = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.bigInt(),
      fc.constantFrom(null, undefined, true),
    );
    const operation = fc.tuple(fc.boolean(), keys, fc.nat(9));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (operations) => {
        let map = HAMT.empty<unknown, number>();
        const model = new Map<unknown, number>();
        for (const [isSet, key, value] of operations) {
          map = isSet ? map.set(key, value) : map.delete(key);
          if (isSet) model.set(key, value);
          else model.delete(key);
          expect(map.size).toBe(model.size);
        }
        expect(new Map(map)).toEqual(model);
      }),
      randomRuns(100, 25),
    );
  });

  test('has keys, values, entries, forEach and iteration in one order', () => {
    const map = HAMT.from(Array.from({ length: 100 }, (_, index) => [`k${index}`, index] as const));
    const pairs = [...map];
    expect([...map.entries()]).toEqual(pairs);
    expect([...map.keys()]).toEqual(pairs.map(([key]) => key));
    expect([...map.values()]).toEqual(pairs.map(([, value]) => value));
    const seen: unknown[] = [];
    const self = {};
    map.forEach(function (this: unknown, value, key, whole) {
      expect(this).toBe(self);
      expect(whole).toBe(map);
      seen.push([key, value]);
    }, self);
    expect(seen).toEqual(pairs);
    const iterator = map.keys();
    expect(iterator[Symbol.iterator]()).toBe(iterator);
  });

  test('equals what has the same entries', () => {
    const a = HAMT.of(['x', 1], ['y', Number.NaN]);
    const b = HAMT.of(['y', Number.NaN], ['x', 1]);
    expect(a.equals(b)).toBe(true);
    expect(a.equals(b.set('x', 2))).toBe(false);
    expect(a.equals(b.set('z', 2))).toBe(false);
    expect(a.equals(b.delete('x').set('z', 1))).toBe(false);
    expect(a.equals(b.set('x', 2), () => true)).toBe(true);
    expect(HAMT.empty().equals(HAMT.empty())).toBe(true);
  });

  test('equals what has the same entries under other hashes', () => {
    const plain = HAMT.of(['x', 1], ['y', 2]);
    const flat = HAMT.from(plain, { hash: () => 0 });
    expect(plain.equals(flat)).toBe(true);
    expect(flat.equals(plain)).toBe(true);
    expect(flat.equals(plain.set('x', 3))).toBe(false);
    expect(flat.equals(plain.delete('x').set('z', 1))).toBe(false);
  });

  test('with keys that all collide is right, if slow', () => {
    const keys = Array.from({ length: 200 }, (_, index) => new HashKey(42, `k${index}`));
    let map = HAMT.from(
      keys.map((key, index) => [key, index] as const),
      byName,
    );
    expect(map.get(new HashKey(42, 'k150'))).toBe(150);
    for (const key of keys.slice(1)) map = map.delete(key);
    expect([...map]).toEqual([[keys[0], 0]]);
  });

  test('takes what a hash function returns for 32 bits', () => {
    for (const hash of [Number.NaN, Infinity, 2 ** 32 + 1, -0.5, 1e300]) {
      const map = HAMT.from([['a', 1]], { hash: () => hash });
      expect(map.set('b', 2).get('a')).toBe(1);
    }
  });

  test('lets hash and equals use other maps meanwhile', () => {
    const inner = HAMT.of(['a', 1]);
    const busy = () => inner.set('b', 2).delete('a').size;
    const map = HAMT.empty<string, number>({ hash: () => busy(), equals: (a, b) => busy() === 1 && a === b });
    const filled = map.set('a', 1).set('b', 2).set('a', 3);
    expect(filled.size).toBe(2);
    expect(filled.delete('a').size).toBe(1);
  });

  test('with a hundred thousand entries has them all', () => {
    let map = HAMT.empty<number, number>();
    for (let key = 0; key < 100_000; key++) map = map.set(key * 7, key);
    expect(map.size).toBe(100_000);
    let sum = 0;
    map.forEach((value) => {
      sum += value;
    });
    expect(sum).toBe((100_000 * 99_999) / 2);
    for (let key = 0; key < 100_000; key++) map = map.delete(key * 7);
    expect([...map]).toEqual([]);
  });
});
