import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { foreignDialect, publicProgram, undocumentedIn, untranslatedIn } from './support/documentation.js';
import { readPackages, repository } from './support/workspace.js';

const packages = readPackages();
const { program, files } = publicProgram(packages);

test('every public name of the packages has a doc comment', () => {
  expect(undocumentedIn(program, path.join(repository, 'packages'), files)).toEqual([]);
}, 180_000);

test('what has an entity in the reference names it with @python', () => {
  const map = readFileSync(path.join(repository, 'docs', 'api-map.md'), 'utf8');
  // Nothing in asyncio corresponds to it: the interpreter itself tracks its asynchronous generators.
  expect(untranslatedIn(program, files, map)).toEqual(['TaskLoop.trackAsyncgen']);
}, 180_000);

test('doc comments are in one dialect', () => {
  const problems = packages.flatMap(({ folder, files }) =>
    [...files]
      .filter(([file]) => file.startsWith('src/'))
      .flatMap(([file, text]) => foreignDialect(text).map((problem) => `${folder}/${file}:${problem}`)),
  );
  expect(problems).toEqual([]);
});

test('the check of the dialect finds comments in another one', () => {
  const comment = (...lines: string[]) => `\n/**\n${lines.map((line) => ` * ${line}\n`).join('')} */\n`;
  const dialect = comment(
    'Does it.',
    '',
    '@param options.delay - seconds',
    '@returns whether',
    '@throws {TypeError | ValueError} when it is wrong',
    '@throws what the body throws',
    '@python loop.call_soon()',
  );
  expect(foreignDialect(dialect)).toEqual([]);
  for (const line of [
    'Reference: `loop.call_soon()`.',
    'Stands for `loop.call_soon()`.',
    '@param delay seconds',
    '@throws TypeError when it is wrong',
    '@throws a TypeError when it is wrong',
    '@python',
    '@returns',
  ]) {
    expect(foreignDialect(comment('Does it.', '', line))).toHaveLength(1);
  }
});

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
