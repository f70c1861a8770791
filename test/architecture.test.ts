import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { violations } from './support/architecture.js';
import { misplacedTests } from './support/test-places.js';
import { type Manifest, type Package, readPackages, repository } from './support/workspace.js';

test('the packages keep to the architecture', () => {
  expect(violations(readPackages())).toEqual([]);
});

test('a test has the place and the name of its source, or is listed with its behaviour', () => {
  expect(misplacedTests(readPackages())).toEqual([]);
});

test('the files that jest is to begin or to end with exist', () => {
  const text = readFileSync(path.join(repository, 'test/support/file-order.json'), 'utf8');
  const { first, last } = JSON.parse(text) as { first: object; last: string[] };
  const files = [...Object.keys(first), ...last];
  expect(files.filter((file) => !existsSync(path.join(repository, file)))).toEqual([]);
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

  test.each([
    ['an import of a type', `import type { C } from '../above/c.js';`],
    ['an import type', `let c: import('../above/c.js').C;`],
  ])('finds a room that goes upwards by %s', (_kind, text) => {
    const files = {
      'src/below/a.ts': 'export const a = 1;',
      'src/below/b.ts': text,
      'src/above/c.ts': 'export interface C {}',
      'src/above/d.ts': `import { a } from '../below/a.js';`,
    };
    expect(high(files)).toEqual(['high has a cycle of rooms: src/below → src/above → src/below']);
  });

  test('lets files outside of rooms refer to types of theirs', () => {
    const files = {
      'src/loop.ts': `import type { Part } from './parts/part.js';`,
      'src/parts/part.ts': `import type { Loop } from '../loop.js';`,
    };
    expect(high(files)).toEqual([]);
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

describe('the check of the places of tests', () => {
  const misplaced = (tests: string[], listed: Record<string, Record<string, string>> = {}) => {
    const files = [
      'src/index.ts',
      'src/room/task.ts',
      'src/other/task-tree.ts',
      'src/room/inner/x.ts',
      ...tests,
    ];
    const one: Package = {
      folder: 'one',
      manifest: { name: '@bight/one' },
      files: new Map(files.map((file) => [file, ''])),
    };
    return misplacedTests([one], listed);
  };

  test('accepts the name of the source, more words behind it, and the name of the room', () => {
    expect(
      misplaced([
        'test/index.test.ts',
        'test/room/task.test.ts',
        'test/room/task-names.test.ts',
        'test/room/room.test.ts',
        'test/room.test.ts',
        'test/room/inner.test.ts',
        'test/support/anything.test.ts',
      ]),
    ).toEqual([]);
  });

  test('says where the test of a source belongs', () => {
    expect(misplaced(['test/other/task.test.ts'])).toEqual([
      'packages/one/test/other/task.test.ts belongs to src/room/task.ts: move it to test/room/task.test.ts',
    ]);
  });

  test('finds a test without a source of its name, unless it is listed', () => {
    const test = 'test/room/hand-over.test.ts';
    expect(misplaced([test])).toEqual([
      `packages/one/${test} has the name of no source in that folder: rename it, or list its behaviour in test/support/behaviours.ts`,
    ]);
    expect(misplaced([test], { one: { 'room/hand-over': 'a hand-over' } })).toEqual([]);
    expect(misplaced(['test/elsewhere/task-tree-2.test.ts'])).toHaveLength(1);
  });

  test('finds entries of the list that are not needed', () => {
    const listed = { one: { 'room/task': 'a task', 'room/gone': 'a test that is not there' }, two: {} };
    expect(misplaced(['test/room/task.test.ts'], listed)).toEqual([
      'test/support/behaviours.ts lists two, which is no package',
      'test/support/behaviours.ts lists one: room/task, which need not be listed',
      'test/support/behaviours.ts lists one: room/gone, which need not be listed',
    ]);
  });
});
