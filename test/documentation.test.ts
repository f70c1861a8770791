import path from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { undocumentedIn, undocumentedNames } from './support/documentation.js';
import { readPackages } from './support/workspace.js';

test('every public name of the packages has a doc comment', () => {
  expect(undocumentedNames(readPackages())).toEqual([]);
}, 180_000);

test('the check finds exports and members without one', () => {
  const base = path.join(path.sep, 'virtual');
  const texts = new Map([
    [
      path.join(base, 'index.ts'),
      `
      export { Documented, Bare as Renamed } from './inner.js';
      export function bare() {}
      /** Said. */
      export const said = 1;
      /** @internal */
      export const tagged = 1;
      `,
    ],
    [
      path.join(base, 'inner.ts'),
      `
      export interface Shape {
        /** Said on the interface. */
        area(): number;
      }
      /** Said. */
      export class Documented implements Shape {
        area() { return 1; }
        method() {}
        get accessor() { return 1; }
        static make() {}
        private hidden() {}
        protected forSubclasses() {}
        #truly = 1;
        /** @internal */
        ours() {}
        [Symbol.iterator]() {}
      }
      export class Bare {
        /** Said. */
        member = 1;
      }
      export class NotExported { member = 1; }
      `,
    ],
  ]);
  expect(undocumentedIn(programOf(texts), base, [path.join(base, 'index.ts')])).toEqual([
    'index.ts: bare',
    'inner.ts: Documented.accessor',
    'inner.ts: Documented.make',
    'inner.ts: Documented.method',
    'inner.ts: Renamed',
  ]);
});

function programOf(texts: ReadonlyMap<string, string>): ts.Program {
  const host = ts.createCompilerHost({});
  host.getSourceFile = (name, version) => {
    const text = texts.get(path.normalize(name));
    return text === undefined ? undefined : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => texts.has(path.normalize(name));
  host.directoryExists = () => true;
  const options = {
    noLib: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  return ts.createProgram([...texts.keys()], options, host);
}
