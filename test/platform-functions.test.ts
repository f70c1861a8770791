import path from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { readPackages } from './support/workspace.js';

/** What fake timers replace, and what a loop therefore takes when it is imported. */
const replaced = new Set([
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
const replacedMembers = new Set(['performance.now', 'process.nextTick', 'Date.now', 'process.hrtime']);

/** Files that run a program's tests rather than a loop, and those that replace the functions themselves. */
const exempt = /^src\/(?:conformance|platform)\//;

test('no package looks up timers and clocks after tests may have faked them', () => {
  const found = readPackages().flatMap(({ folder, files }) =>
    [...files]
      .filter(([file]) => file.startsWith('src/') && !exempt.test(file))
      .flatMap(([file, text]) => lookUps(text).map((name) => `${path.posix.join(folder, file)}: ${name}`)),
  );
  expect(found).toEqual([]);
});

test('the check finds late look-ups, and nothing else', () => {
  expect(lookUps('export function f() { setTimeout(g, 1); }')).toEqual(['setTimeout']);
  expect(lookUps('class A { m() { return performance.now(); } }')).toEqual(['performance.now']);
  expect(lookUps('const { setTimeout } = globalThis; function f() { setTimeout(g, 1); }')).toEqual([]);
  expect(lookUps(`import { setTimeout } from './platform.js'; setTimeout(g, 1);`)).toEqual([]);
  expect(lookUps('const now = performance.now.bind(performance); const f = () => now();')).toEqual([]);
  expect(lookUps('const o = { setTimeout() {} }; o.setTimeout(); let t: typeof setTimeout;')).toEqual([]);
});

/** The names that a module looks up in the global object after it has been imported. */
function lookUps(text: string): string[] {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
  const own = new Set<string>();
  const found: string[] = [];
  const collect = (node: ts.Node): void => {
    if ((ts.isBindingElement(node) || ts.isImportSpecifier(node)) && ts.isIdentifier(node.name))
      own.add(node.name.text);
    ts.forEachChild(node, collect);
  };
  const visit = (node: ts.Node, isLater: boolean): void => {
    if (ts.isTypeNode(node)) return;
    const isLaterInside = isLater || ts.isFunctionLike(node) || ts.isPropertyDeclaration(node);
    if (ts.isPropertyAccessExpression(node) && isLaterInside && replacedMembers.has(node.getText()))
      found.push(node.getText());
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text: name } = node.expression;
      if (replaced.has(name) && !own.has(name)) found.push(name);
    }
    ts.forEachChild(node, (child) => visit(child, isLaterInside));
  };
  collect(source);
  visit(source, false);
  return found;
}
