import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readPackages } from './support/workspace.js';

/** A constant of the module: the registry lives as long as the module does. */
const AT_THE_TOP = /^const \w+ = new FinalizationRegistry\b/gm;
const ANYWHERE = /new FinalizationRegistry\b/g;

// Before version 14.2 V8 runs no finalizer of any registry any more, once a registry has been collected that had some
// to run.
test('no package makes a finalization registry that may be collected', () => {
  const found = readPackages().flatMap(({ folder, files }) =>
    [...files]
      .filter(([file, text]) => file.startsWith('src/') && makesMortal(text))
      .map(([file]) => path.posix.join(folder, file)),
  );
  expect(found).toEqual([]);
});

test('the check finds a registry of an object, and no constant of a module', () => {
  expect(makesMortal('const registry = new FinalizationRegistry(close);')).toBe(false);
  expect(makesMortal('class A {\n  #registry = new FinalizationRegistry(close);\n}')).toBe(true);
  expect(makesMortal('function f() {\n  return new FinalizationRegistry(close);\n}')).toBe(true);
});

function makesMortal(text: string): boolean {
  return (text.match(ANYWHERE)?.length ?? 0) > (text.match(AT_THE_TOP)?.length ?? 0);
}
