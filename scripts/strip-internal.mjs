// Takes the members that are nobody else's business out of a package's declarations: names that begin with an underscore, and
// what is marked @internal. tsc's own `stripInternal` also takes whole types away that public ones are based on, and the result
// is not checked; here types stay, only their members go.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Rewrites every declaration file in a folder. */
export function stripInternal(directory) {
  for (const name of readdirSync(directory, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = path.join(directory, name);
    const text = readFileSync(file, 'utf8');
    const stripped = withoutInternal(text);
    if (stripped !== text) writeFileSync(file, stripped);
  }
}

/** The text of a declaration file without its internal members. */
export function withoutInternal(text) {
  const source = ts.createSourceFile('file.d.ts', text, ts.ScriptTarget.Latest, true);
  const ranges = [];
  const visit = (node) => {
    if ((ts.isClassElement(node) || ts.isTypeElement(node)) && isInternal(node)) {
      ranges.push([node.getFullStart(), node.getEnd()]);
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  let result = '';
  let position = 0;
  for (const [start, end] of ranges) {
    result += text.slice(position, start);
    position = end;
  }
  return result + text.slice(position);
}

function isInternal(member) {
  const { name } = member;
  if (name !== undefined && ts.isIdentifier(name) && name.text.startsWith('_')) return true;
  return ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'internal');
}
