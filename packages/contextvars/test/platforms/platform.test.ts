import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Context } from '@bight/contextvars';
import { describe, expect, test } from '@jest/globals';
import { plainEntry } from '../../src/enter/plain.js';
import { carriersOf } from '../../src/platforms/carriers/choose.js';
import { currentPlatform } from '../../src/platforms/current.js';
import { detectPlatform } from '../../src/platforms/detect.js';
import type { Platform } from '../../src/platforms/platform.js';
import { fakeAsyncContext } from '../support/fake-async-context.js';

const AsyncContext = fakeAsyncContext();

const platforms: Array<[name: string, platform: Platform]> = [
  ['this process', currentPlatform()],
  ['AsyncLocalStorage and AsyncResource', detectPlatform({ AsyncLocalStorage, AsyncResource })],
  ['AsyncLocalStorage alone', detectPlatform({ AsyncLocalStorage })],
  ['AsyncContext', detectPlatform({ AsyncContext })],
  ['no carrier at all', detectPlatform({})],
];

describe.each(platforms)('With %s', (_name, platform) => {
  const { storage, isAsynchronous } = platform;
  const carriers = carriersOf(platform);
  const make = () => platform.create(new Context(), {}, {});
  const look = function (this: unknown, arg: unknown) {
    return [storage.getStore(), this, arg];
  };

  test('run sets the run context for the call', () => {
    const inside = make();
    expect(storage.run(inside, (a, b) => [storage.getStore(), a, b], 1, 2)).toEqual([inside, 1, 2]);
    expect(storage.getStore()).toBeUndefined();
    expect(() => storage.run(inside, () => JSON.parse('{'))).toThrow(SyntaxError);
    expect(storage.getStore()).toBeUndefined();
  });

  test('carriers restore, replace and capture run contexts', () => {
    const [captured, replaced] = [make(), make()];
    const carrier = storage.run(captured, () => carriers.capture());
    const inner = carriers.captureIn(carrier, replaced);
    for (let round = 0; round < 3; round++) {
      expect(carriers.runInCarrier(carrier, look, 'self', round)).toEqual([captured, 'self', round]);
      expect(carriers.runIn(carrier, replaced, look, 'self', round)).toEqual([replaced, 'self', round]);
      expect(carriers.runInCarrier(inner, look, 'self', round)).toEqual([replaced, 'self', round]);
    }
    const none = carriers.capture();
    storage.run(captured, () => {
      expect(carriers.runInCarrier(none, look, null, 1)).toEqual([undefined, null, 1]);
      expect(() => carriers.runIn(none, replaced, () => JSON.parse('{'), null, null)).toThrow(SyntaxError);
      expect(storage.getStore()).toBe(captured);
    });
  });

  test('run contexts of one carrier nest', () => {
    const [outer, inner] = [make(), make()];
    const carrier = carriers.capture();
    const nested = () => [
      storage.getStore(),
      carriers.runIn(carrier, inner, () => storage.getStore(), null, null),
      carriers.runInCarrier(carrier, () => storage.getStore(), null, null),
      storage.getStore(),
    ];
    expect(carriers.runIn(carrier, outer, nested, null, null)).toEqual([outer, inner, undefined, outer]);
  });

  test('contexts are entered', () => {
    const enter = plainEntry(storage);
    const context = new Context();
    const current = () => platform.current()?.context;
    expect(enter(context, true, current, undefined, [])).toBe(context);
    expect(() =>
      enter(context, true, () => enter(context, true, current, undefined, []), undefined, []),
    ).toThrow(/entered already/);
  });

  test(`the run context is ${isAsynchronous ? '' : 'not '}carried over await`, async () => {
    const inside = make();
    const seen = storage.run(inside, async () => {
      await null;
      return storage.getStore();
    });
    expect(await seen).toBe(isAsynchronous ? inside : undefined);
  });
});
