// The persistent map, against immutable's Map and hamt_plus, with three kinds of keys.
import { HAMT } from '@bight/contextvars/hamt';
import { compare } from '../lib/compare.mjs';
import { importInstalled } from '../lib/installed.mjs';

const { default: hamtPlus } = await importInstalled('hamt_plus');
const { Map: ImmutableMap } = await importInstalled('immutable');

class Key {
  constructor(hash) {
    this.hash = hash;
  }
  hashCode() {
    return this.hash;
  }
  equals(other) {
    return this === other;
  }
}

const sizes = [10, 1_000, 100_000];

const kinds = {
  objects: {
    // immutable drops two bits of a hash, so all contenders get hashes without these bits.
    keys: (size) =>
      Array.from({ length: size }, (_, index) => new Key(Math.imul(index + 1, 0x9e3779b1) >> 2)),
    bight: () => HAMT.empty({ hash: (key) => key.hash, equals: (a, b) => a === b }),
    immutable: () => ImmutableMap(),
    hamtPlus: () => hamtPlus.make({ hash: (key) => key.hash, keyEq: (a, b) => a === b }),
  },
  strings: {
    keys: (size) => Array.from({ length: size }, (_, index) => `key${index}`),
    bight: () => HAMT.empty(),
    immutable: () => ImmutableMap(),
    hamtPlus: () => hamtPlus.empty,
  },
  integers: {
    keys: (size) => Array.from({ length: size }, (_, index) => index),
    bight: () => HAMT.empty(),
    immutable: () => ImmutableMap(),
    hamtPlus: () => hamtPlus.empty,
  },
};

/** Makes a loop for each contender, so that V8's type feedback of one does not slow down another. */
function makeLoops() {
  const get = new Function(
    'map',
    'keys',
    'count',
    'let sum = 0; for (let i = 0, k = 0; i < count; i++) { sum += map.get(keys[k]); if (++k === keys.length) k = 0; } return sum;',
  );
  const set = new Function(
    'map',
    'keys',
    'count',
    'let last = map; for (let i = 0, k = 0; i < count; i++) { last = map.set(keys[k], i); if (++k === keys.length) k = 0; } return last;',
  );
  return { get, set };
}

function shuffled(keys) {
  let state = 1;
  const copy = [...keys];
  for (let i = copy.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

let sink;

/** `get` of existing keys, and `set` of new values for them, in random order. */
export function hamt(kindName) {
  const kind = kinds[kindName];
  const results = [];
  for (const size of sizes) {
    const keys = kind.keys(size);
    const order = shuffled(keys);
    const contenders = ['bight', 'immutable', 'hamtPlus'].map((name) => {
      let map = kind[name]();
      for (const key of keys) map = map.set(key, 1);
      return { name, map, loops: makeLoops() };
    });
    const native = new Map(keys.map((key) => [key, 1]));
    contenders.push({ name: 'native', map: native, loops: makeLoops() });
    for (const operation of ['get', 'set']) {
      const runs = contenders
        .filter(({ name }) => operation === 'get' || name !== 'native')
        .map(({ name, map, loops }) => [
          name,
          (count) => {
            sink = loops[operation](map, order, count);
          },
        ]);
      const times = compare(Object.fromEntries(runs), { rounds: 21 });
      for (const [peer, label] of [
        ['immutable', 'immutable Map'],
        ['hamtPlus', 'hamt_plus'],
      ]) {
        results.push({
          name: `HAMT.${operation}, ${size.toLocaleString('en')} ${kindName}`,
          base: label,
          ns: times.bight.ns,
          baseNs: times[peer].ns,
          // `compare` returns ratios to the first contender, which is ours.
          ratio: 1 / times[peer].ratio,
          timesFaster: 2,
          nativeNs: times.native?.ns,
          nativeRatio: times.native && times.native.ratio / times[peer].ratio,
        });
      }
    }
  }
  return results;
}

/** Keeps the work from being optimised away. */
export const used = () => sink;
