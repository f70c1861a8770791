import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { hasResourceSlots, slotSymbol } from '../../../src/platforms/node20/probe.js';

test('the probe detects resources without slots', () => {
  expect(hasResourceSlots(AsyncLocalStorage, AsyncResource, () => ({}))).toBe(false);
  expect(slotSymbol({})).toBeUndefined();
});
