import vm from 'node:vm';
import { expect, test } from '@jest/globals';
import { bundle } from '../support/bundle.js';

const load = async (file: string) => bundle(`import * as all from '${file}'; globalThis.all = all;`, 'iife');

test.each(['../src/index.js', '../src/low-level.js', '../src/hamt.js'])(
  '%s is refused on Node 18',
  async (file) => {
    const code = await load(file);
    const realm = vm.createContext({ process: { versions: { node: '18.20.8' } } });
    expect(() => vm.runInContext(code, realm)).toThrow(
      '@bight/contextvars needs Node.js 20.19 or later, and this is Node.js 18.20.8',
    );
  },
);

test.each([
  {},
  { process: { versions: { node: '20.19.0' } } },
  { process: { versions: { node: '18.0.0', bun: '1.4.5' } } },
])('the trie works with the arrays of ES2022: %p', async (globals) => {
  const code = await load('../src/hamt.js');
  const realm = vm.createContext(globals);
  vm.runInContext('delete Array.prototype.toSpliced', realm);
  vm.runInContext(code, realm);
  const size = vm.runInContext(
    'let map = new all.HAMT(); for (let i = 0; i < 100; i++) map = map.set(i, i); for (let i = 0; i < 50; i++) map = map.delete(i); map.size',
    realm,
  );
  expect(size).toBe(50);
});
