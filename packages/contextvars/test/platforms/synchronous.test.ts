import vm from 'node:vm';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundle } from '../support/bundle.js';

type Package = typeof import('@bight/contextvars') & typeof import('@bight/contextvars/low-level');

/** A realm without `process`, as a browser is one: nothing carries a value over an `await`. */
async function realmOf(condition?: 'browser'): Promise<Package> {
  const code = await bundle(
    `import * as index from '../src/index.js'; import * as low from '../src/low-level.js'; globalThis.bight = { ...index, ...low };`,
    'iife',
    condition,
  );
  const context = vm.createContext({ setTimeout });
  vm.runInContext(code, context);
  return context.bight;
}

describe.each([
  ['by the build for Node', undefined],
  ['by the build for browsers', 'browser'],
] as const)('In a realm that carries nothing over an await, %s', (_name, condition) => {
  let realm: Package;

  beforeAll(async () => {
    realm = await realmOf(condition);
  });

  test('hasAsyncContext is false', () => {
    expect(realm.hasAsyncContext).toBe(false);
  });

  test('contexts work synchronously', () => {
    const variable = new realm.ContextVar<string>('v', { default: 'none' });
    const context = realm.copyContext();
    context.run(() => {
      const token = variable.set('inside');
      expect(variable.get()).toBe('inside');
      variable.reset(token);
      variable.set('again');
    });
    expect(context.get(variable)).toBe('again');
    expect(variable.get()).toBe('none');
  });

  test('a set after an await throws instead of writing where every continuation reads', async () => {
    const variable = new realm.ContextVar<string>('user', { default: 'none' });
    const request = async (name: string) => {
      await null;
      variable.set(name);
    };
    const first = realm.copyContext().run(request, 'Ann');
    await expect(first).rejects.toMatchObject({
      name: 'RuntimeError',
      message: expect.stringMatching(
        /<ContextVar name='user'.*cannot be set here.*context\.run\(\)/,
      ) as never,
    });
    expect(variable.get()).toBe('none');
    expect(realm.copyContext().size).toBe(0);
  });

  test('a set at the top of a module throws', () => {
    expect(() => new realm.ContextVar('v').set(1)).toThrow(realm.RuntimeError);
  });

  test('a reset after an await throws, too', async () => {
    const variable = new realm.ContextVar<string>('v', { default: 'none' });
    const late = realm.copyContext().run(async () => {
      const token = variable.set('inside');
      await null;
      variable.reset(token);
    });
    await expect(late).rejects.toMatchObject({ name: 'ValueError' });
  });

  test('a set works where a loop has entered a run context of the root context', () => {
    const variable = new realm.ContextVar<string>('v');
    const run = realm.runContext(realm.copyContext(), {}, null);
    const value = realm.runIn(
      realm.capture(),
      run,
      () => {
        variable.set('inside');
        return variable.get();
      },
      null,
      null,
    );
    expect(value).toBe('inside');
  });
});
