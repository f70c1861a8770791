// What a test and its hooks set ends with the test, whether that runs in the realm of Node or in one of its own.

import { contextTest } from '@bight/loop-testing';
import { ContextVar } from 'bight';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';

const name = new ContextVar('name', { default: 'none' });
const seen = [];

beforeEach(() => {
  seen.push(name.get());
  name.set('hook');
});

afterEach(() => {
  seen.push(name.get());
});

test('sees what its hook has set', async () => {
  expect(name.get()).toBe('hook');
  name.set('first');
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(name.get()).toBe('first');
});

test('sees nothing of the test before', () => {
  expect(name.get()).toBe('hook');
  name.set('second');
});

contextTest(test)('keeps what it sets from its own hooks', async () => {
  expect(name.get()).toBe('hook');
  await null;
  name.set('third');
});

test.concurrent.for([1, 2])('at the same time: %s', async (count) => {
  name.set(`concurrent ${count}`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(name.get()).toBe(`concurrent ${count}`);
});

afterAll(() => {
  const ends = ['none', 'hook', 'first', 'second', 'concurrent 1', 'concurrent 2'];
  expect(new Set(seen)).toEqual(new Set(ends));
  expect(seen.filter((text) => text === 'none')).toHaveLength(5);
});
