import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { readPackages } from './support/workspace.js';

// The methods that Node's streams require of a class that extends them.
const nodesOwn = new Set(['_read', '_write', '_writev', '_final', '_destroy']);

test('no class has a member that begins with an underscore', () => {
  const found = readPackages().flatMap(({ folder, files }) =>
    [...files].flatMap(([file, text]) => {
      if (!file.startsWith('src/')) return [];
      return underscored(file, text).map((member) => `${folder}/${file}: ${member}`);
    }),
  );
  expect(found).toEqual([]);
});

function underscored(file: string, text: string): string[] {
  const members: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      for (const { name } of node.members) {
        const shown = name?.getText() ?? '';
        if (/^_[a-z]/.test(shown) && !nodesOwn.has(shown)) members.push(`${node.name?.getText()}.${shown}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return members;
}
