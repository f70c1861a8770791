import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { resourceSymbols } from '../../../src/platforms/node24/probe.js';

class Odd extends AsyncResource {
  constructor() {
    super('ODD');
    for (const symbol of Object.getOwnPropertySymbols(this)) {
      if (symbol.description === 'context_frame') Reflect.set(this, symbol, new Map());
    }
  }
}

test('the probe detects resources without a context map', () => {
  expect(resourceSymbols(AsyncLocalStorage, Odd)).toBeUndefined();
});
