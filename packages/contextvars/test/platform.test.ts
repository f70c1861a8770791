import * as hooks from 'node:async_hooks';
import { Context } from '@bight/contextvars';
import { Frame } from '@bight/contextvars/frame';
import { describe, expect, test } from '@jest/globals';
import { type AsyncContextNamespace, AsyncContextPlatform } from '../src/carriers/async-context.js';
import { AsyncResourcePlatform } from '../src/carriers/async-resource.js';
import type { Platform } from '../src/carriers/carrier.js';
import { LinkedFramePlatform } from '../src/carriers/linked-frame.js';
import { detectPlatform, platform } from '../src/carriers/platform.js';
import { hasResourceSlots, resourceSymbols, slotSymbol } from '../src/carriers/probe.js';
import { ResourceSlotPlatform } from '../src/carriers/resource-slot.js';
import { SnapshotPlatform } from '../src/carriers/snapshot.js';
import { SynchronousPlatform } from '../src/carriers/synchronous.js';
import { plainEntry } from '../src/entry/plain.js';

const { AsyncLocalStorage, AsyncResource } = hooks;
const major = Number(process.versions.node.split('.')[0]);

/** What the AsyncContext proposal says, on top of what Node has. */
function fakeAsyncContext(): AsyncContextNamespace {
  type Run = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;
  const snapshots: Array<() => Run> = [];
  return {
    Variable: class<V> {
      readonly #storage = new AsyncLocalStorage<V | undefined>();

      constructor() {
        snapshots.push(() => {
          const value = this.get();
          return (fn, ...args) => this.#storage.run(value, fn, ...args);
        });
      }

      get() {
        return this.#storage.getStore();
      }

      run<A extends unknown[], R>(value: V, fn: (...args: A) => R, ...args: A): R {
        return this.#storage.run(value, fn, ...args);
      }
    },
    Snapshot: class {
      readonly #restores = snapshots.map((take) => take());

      run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
        return this.#restores.reduce<() => R>(
          (inside, restore) => () => restore(inside),
          () => fn(...args),
        )();
      }
    },
  };
}

const AsyncContext = fakeAsyncContext();

const platforms: Array<[name: string, platform: Platform, asynchronous: boolean]> = [
  ['this process', platform, true],
  [
    'AsyncLocalStorage and AsyncResource',
    new AsyncResourcePlatform(new AsyncLocalStorage(), AsyncResource),
    true,
  ],
  ['AsyncLocalStorage alone', detectPlatform({ AsyncLocalStorage }), true],
  ['AsyncContext', detectPlatform({ AsyncContext }), true],
  ['no carrier at all', detectPlatform({}), false],
];

describe.each(platforms)('With %s', (_name, carriers, asynchronous) => {
  const { storage } = carriers;
  const frame = () => new Frame(new Context(), {}, {});
  const look = function (this: unknown, arg: unknown) {
    return [storage.getStore(), this, arg];
  };

  test('run sets the frame for the call', () => {
    const inside = frame();
    expect(storage.run(inside, (a, b) => [storage.getStore(), a, b], 1, 2)).toEqual([inside, 1, 2]);
    expect(storage.getStore()).toBeUndefined();
    expect(() => storage.run(inside, () => JSON.parse('{'))).toThrow(SyntaxError);
    expect(storage.getStore()).toBeUndefined();
  });

  test('carriers restore, replace and capture frames', () => {
    const [captured, replaced] = [frame(), frame()];
    const carrier = storage.run(captured, () => carriers.capture());
    const inner = carriers.captureIn(carrier, replaced);
    for (let round = 0; round < 3; round++) {
      expect(carriers.runInCarrier(carrier, look, 'self', round)).toEqual([captured, 'self', round]);
      expect(carriers.runInFrame(carrier, replaced, look, 'self', round)).toEqual([replaced, 'self', round]);
      expect(carriers.runInCarrier(inner, look, 'self', round)).toEqual([replaced, 'self', round]);
    }
    const none = carriers.capture();
    storage.run(captured, () => {
      expect(carriers.runInCarrier(none, look, null, 1)).toEqual([undefined, null, 1]);
      expect(() => carriers.runInFrame(none, replaced, () => JSON.parse('{'), null, null)).toThrow(
        SyntaxError,
      );
      expect(storage.getStore()).toBe(captured);
    });
  });

  test('frames of one carrier nest', () => {
    const [outer, inner] = [frame(), frame()];
    const carrier = carriers.capture();
    const nested = () => [
      storage.getStore(),
      carriers.runInFrame(carrier, inner, () => storage.getStore(), null, null),
      carriers.runInCarrier(carrier, () => storage.getStore(), null, null),
      storage.getStore(),
    ];
    expect(carriers.runInFrame(carrier, outer, nested, null, null)).toEqual([outer, inner, undefined, outer]);
  });

  test('contexts are entered', () => {
    const enter = plainEntry(storage);
    const context = new Context();
    const current = () => storage.getStore()?.context;
    expect(enter(context, true, current, undefined, [])).toBe(context);
    expect(() =>
      enter(context, true, () => enter(context, true, current, undefined, []), undefined, []),
    ).toThrow(/entered already/);
  });

  test(`the frame is ${asynchronous ? '' : 'not '}carried over await`, async () => {
    const inside = frame();
    const seen = storage.run(inside, async () => {
      await null;
      return storage.getStore();
    });
    expect(await seen).toBe(asynchronous ? inside : undefined);
  });
});

describe('The platform that is chosen', () => {
  test('is node:async_hooks first', () => {
    const process = { getBuiltinModule: () => hooks };
    expect(detectPlatform({ process, AsyncContext }, platform.storage)).toBeInstanceOf(
      platform.constructor as never,
    );
    expect(detectPlatform({ process: { getBuiltinModule: () => undefined } })).toBeInstanceOf(
      SynchronousPlatform,
    );
    expect(detectPlatform({ process: {} })).toBeInstanceOf(SynchronousPlatform);
  });

  test('is a global AsyncLocalStorage next', () => {
    expect(detectPlatform({ AsyncLocalStorage, AsyncContext })).toBeInstanceOf(SnapshotPlatform);
    const byResource = detectPlatform({ AsyncLocalStorage, AsyncResource });
    expect(byResource).toBeInstanceOf(AsyncResourcePlatform);
  });

  test('is AsyncContext next', () => {
    expect(detectPlatform({ AsyncContext })).toBeInstanceOf(AsyncContextPlatform);
  });

  test('makes use of what resources show', () => {
    expect(platform).toBeInstanceOf(major >= 24 ? LinkedFramePlatform : ResourceSlotPlatform);
  });

  test('does without what it does not find as expected', () => {
    class Odd extends AsyncResource {
      // Nothing under a symbol, and no symbol of the storage.
      constructor() {
        super('ODD');
        for (const symbol of Object.getOwnPropertySymbols(this)) {
          if (symbol.description === 'context_frame') Reflect.set(this, symbol, new Map());
        }
      }
    }
    expect(resourceSymbols(AsyncLocalStorage, Odd)).toBeUndefined();
    expect(hasResourceSlots(AsyncLocalStorage, AsyncResource, () => ({}))).toBe(false);
    expect(slotSymbol({})).toBeUndefined();
  });

  test('is found out without a trace in the storages of the process', () => {
    const foreign = new AsyncLocalStorage<string>();
    foreign.run('kept', () => {
      detectPlatform({ AsyncLocalStorage, AsyncResource });
      expect(foreign.getStore()).toBe('kept');
    });
  });
});
