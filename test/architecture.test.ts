import { describe, expect, test } from '@jest/globals';
import { violations } from './support/architecture.js';
import { type Manifest, type Package, readPackages } from './support/workspace.js';

test('the packages keep to the architecture', () => {
  expect(violations(readPackages())).toEqual([]);
});

test('contextvars depends on nothing', () => {
  const manifest = readPackages().find((entry) => entry.folder === 'contextvars')?.manifest;
  expect(manifest?.name).toBe('@bight/contextvars');
  expect({
    ...manifest?.dependencies,
    ...manifest?.optionalDependencies,
    ...manifest?.peerDependencies,
  }).toEqual({});
});

describe('the check of the architecture', () => {
  const allowed = { '@bight/low': [], '@bight/high': ['@bight/low'] };
  const exports = { '.': { 'bight-source': './src/index.ts' } };
  const usesBoth = { dependencies: { '@bight/low': '1', '@bight/high': '1' } };

  const packageOf = (
    folder: string,
    files: Record<string, string>,
    manifest: Partial<Manifest> = {},
  ): Package => ({
    folder,
    manifest: { name: `@bight/${folder}`, exports, ...manifest },
    files: new Map(Object.entries(files)),
  });

  const low = packageOf('low', { 'src/index.ts': 'export const x = 1;', 'src/inner.ts': '' });
  const high = (files: Record<string, string>, manifest: Partial<Manifest> = usesBoth) =>
    violations([low, packageOf('high', files, manifest)], allowed);

  test('accepts a declared import downwards, node modules and relative imports', () => {
    const files = {
      'src/index.ts': `import { x } from '@bight/low'; import fs from 'node:fs'; import './other.js';`,
      'src/other.ts': 'export {};',
      'test/other.test.ts': `import '../src/other.js'; import '../../../test/support/x.js'; import 'anything';`,
    };
    expect(high(files)).toEqual([]);
  });

  test('finds a cycle that does not go through the first file', () => {
    const files = {
      'src/index.ts': `export { a } from './a.js';`,
      'src/a.ts': `import './b.js';`,
      'src/b.ts': `export { c } from './deep/c.js';`,
      'src/deep/c.ts': `await import('../a.js');`,
    };
    expect(high(files)).toEqual(['high has an import cycle: src/a.ts → src/b.ts → src/deep/c.ts → src/a.ts']);
  });

  test('finds rooms that import each other without a cycle of files', () => {
    const files = {
      'src/below/a.ts': 'export const a = 1;',
      'src/below/b.ts': `import { c } from '../above/c.js';`,
      'src/above/c.ts': 'export const c = 1;',
      'src/above/d.ts': `import { a } from '../below/a.js';`,
    };
    expect(high(files)).toEqual(['high has a cycle of rooms: src/below → src/above → src/below']);
  });

  test('finds an import that passes by the entry of a room', () => {
    const files = {
      'src/room/index.ts': `export { a } from './inner.js';`,
      'src/room/inner.ts': 'export const a = 1;',
      'src/other/b.ts': `import { a } from '../room/inner.js';`,
    };
    expect(high(files)).toEqual(['high/src/other/b.ts passes by the entry of src/room: src/room/inner.ts']);
  });

  test('finds an entry point that does not list its names', () => {
    const inner = { 'src/inner.ts': 'export const x = 1;' };
    expect(high({ ...inner, 'src/index.ts': `export * from './inner.js';` })).toEqual([
      'high/src/index.ts exports names that it does not list',
    ]);
    expect(high({ ...inner, 'src/index.ts': `export * as inner from './inner.js';` })).toEqual([]);
    expect(high({ ...inner, 'src/index.ts': `export { x } from './inner.js';` })).toEqual([]);
  });

  test('lets types refer to each other, but not imports that stay when the types are gone', () => {
    const typesOnly = `import type { B } from './b.js'; export type { C } from './b.js'; type D = import('./b.js').D;`;
    expect(high({ 'src/a.ts': typesOnly, 'src/b.ts': `import { a } from './a.js';` })).toEqual([]);
    const inline = `import { type B } from './b.js';`;
    expect(high({ 'src/a.ts': inline, 'src/b.ts': `import { a } from './a.js';` })).toHaveLength(1);
  });

  test.each([
    ['an import', `import { y } from '@bight/high';`],
    ['an import of types', `import type { Y } from '@bight/high';`],
    ['a re-export', `export { y } from '@bight/high';`],
    ['a dynamic import', `const y = await import('@bight/high');`],
    ['an import type', `let y: import('@bight/high').Y;`],
  ])('finds %s that goes upwards', (_kind, text) => {
    const wrong = packageOf('low', { 'src/index.ts': text }, usesBoth);
    expect(violations([wrong], allowed)).toEqual([
      'low/src/index.ts imports @bight/high, which @bight/low must not use',
    ]);
  });

  test('finds a path into another package that it does not export', () => {
    expect(high({ 'src/index.ts': `import '@bight/low/src/inner.js';` })).toEqual([
      'high/src/index.ts reaches into @bight/low: ./src/inner.js is not among its exports',
    ]);
    expect(high({ 'test/x.test.ts': `import '@bight/low/inner';` })).toHaveLength(1);
    expect(high({ 'src/index.ts': `import '../../low/src/inner.js';` })).toEqual([
      'high/src/index.ts reaches out of its package: ../../low/src/inner.js',
    ]);
    expect(high({ 'test/x.test.ts': `import '../../low/src/inner.js';` })).toHaveLength(1);
  });

  test('finds an import that package.json does not declare', () => {
    expect(high({ 'src/index.ts': `import 'left-pad/deep';` })).toEqual([
      'high/src/index.ts imports left-pad, which package.json does not declare',
    ]);
    expect(high({ 'src/index.ts': `import '@bight/low';` }, {})).toHaveLength(1);
    const optional = { optionalDependencies: { '@bight/low': '1' } };
    expect(high({ 'src/index.ts': `import '@bight/low';` }, optional)).toEqual([]);
  });

  test('finds a package that has no place in the table', () => {
    expect(violations([packageOf('new', {})], allowed)).toEqual([
      '@bight/new has no place in the table of directions',
    ]);
  });
});
