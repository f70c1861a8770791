import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { kOthers } from '../../../src/internals.js';
import { type ContextMap, contextMapClass } from '../../../src/platforms/node24/context-map.js';
import { RunContext } from '../../../src/platforms/run-context.js';

const storage = new AsyncLocalStorage();
const foreign = new AsyncLocalStorage();
const symbols = { asyncId: Symbol('id'), triggerAsyncId: Symbol('trigger'), contextFrame: Symbol('frame') };
const Map1 = contextMapClass(storage, AsyncResource, symbols);
const entriesOf = (map: ContextMap) => [...(map as unknown as Iterable<[object, unknown]>)];

test('a context map that has not served has no entries', () => {
  expect(entriesOf(new Map1({}, null, null))).toEqual([]);
});

test('the copy among the entries is marked, and refers to no foreign values', () => {
  const map = new Map1({}, null, null);
  map[kOthers] = new Map([[foreign, 'f']]);
  const [first, last] = entriesOf(map);
  expect(first).toEqual([foreign, 'f']);
  const [key, copy] = last as [object, ContextMap];
  expect(key).toBe(storage);
  expect(copy).not.toBe(map);
  expect(copy.context).toBe(map.context);
  expect(copy[kOthers]).toBe(false);
  expect(entriesOf(copy)).toEqual([]);
});

test('a context map is a RunContext, and the base class has none of the methods of a map', () => {
  expect(new Map1({}, null, null)).toBeInstanceOf(RunContext);
  const members = Object.getOwnPropertyNames(RunContext.prototype);
  expect(members).toEqual(['constructor', 'task', 'releaseTask', 'keepTask', 'shareTask']);
});
