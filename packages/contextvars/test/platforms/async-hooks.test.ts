import * as asyncHooks from 'node:async_hooks';
import vm from 'node:vm';
import { expect, test } from '@jest/globals';
import { asyncHooks as builtin } from '../../src/platforms/async-hooks.js';
import { bundle } from '../support/bundle.js';

const program = `
  import { ContextVar, copyContext, hasAsyncContext } from '../src/index.js';
  const user = new ContextVar('user', { default: 'none' });
  const request = async (name) => {
    await null;
    user.set(name);
    await null;
    return user.get();
  };
  globalThis.answers = Promise.all(['Ann', 'Bob'].map((name) => copyContext().run(request, name)));
  globalThis.outside = () => user.get();
  globalThis.flag = hasAsyncContext;
`;

test('Node gives its hooks without an import', () => {
  expect(builtin?.AsyncLocalStorage).toBe(asyncHooks.AsyncLocalStorage);
});

test.each([
  ['AsyncLocalStorage alone', { AsyncLocalStorage: asyncHooks.AsyncLocalStorage }],
  [
    'AsyncResource, too',
    { AsyncLocalStorage: asyncHooks.AsyncLocalStorage, AsyncResource: asyncHooks.AsyncResource },
  ],
])('on an edge runtime without process, contexts follow await: %s', async (_name, hooks) => {
  // The one import of the bundle is node:async_hooks.
  const code = await bundle(program, 'cjs', 'workerd');
  const required: string[] = [];
  const realm = vm.createContext({
    module: {},
    require(name: string) {
      required.push(name);
      return hooks;
    },
  });
  vm.runInContext(code, realm);
  expect(required).toEqual(['node:async_hooks']);
  expect(realm.flag).toBe(true);
  expect(await realm.answers).toEqual(['Ann', 'Bob']);
  expect(realm.outside()).toBe('none');
});
