import { afterEach, expect, test } from '@jest/globals';
import { ContextVar } from '../src/index.js';
import { observeVariables } from '../src/low-level.js';

afterEach(() => observeVariables(null));

test('the observer is called with each variable that is made, until there is none', () => {
  const seen: unknown[] = [];
  new ContextVar('before');
  observeVariables((variable) => seen.push(variable));
  const made = new ContextVar('made');
  observeVariables(null);
  new ContextVar('after');
  expect(seen).toEqual([made]);
});
