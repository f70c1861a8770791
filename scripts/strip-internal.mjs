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

/** The text of a declaration file without its internal members, and without the imports that only they needed. */
export function withoutInternal(text) {
  const stripped = withoutInternalMembers(text);
  return stripped === text ? text : withoutUnusedImports(stripped);
}

function withoutInternalMembers(text) {
  const source = parse(text);
  const foreign = foreignNames(source);
  const edits = [];
  const visit = (node) => {
    if (isInternalMember(node)) {
      edits.push({ start: node.getFullStart(), end: node.getEnd(), replacement: '' });
      return;
    }
    if (ts.isClassDeclaration(node) && node.members.some(isInternalMember))
      edits.push(...implementsEdits(node, foreign));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return applyEdits(text, edits);
}

function withoutUnusedImports(text) {
  const source = parse(text);
  const used = new Set();
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const edits = source.statements.filter(ts.isImportDeclaration).flatMap((node) => {
    const elements = node.importClause?.namedBindings?.elements ?? [];
    const kept = elements.filter(({ name }) => used.has(name.text));
    if (kept.length === elements.length) return [];
    if (kept.length === 0) return [{ start: node.getStart(), end: node.getEnd() + 1, replacement: '' }];
    const { namedBindings } = node.importClause;
    const replacement = `{ ${kept.map((element) => element.getText()).join(', ')} }`;
    return [{ start: namedBindings.getStart(), end: namedBindings.getEnd(), replacement }];
  });
  return applyEdits(text, edits);
}

function parse(text) {
  return ts.createSourceFile('file.d.ts', text, ts.ScriptTarget.Latest, true);
}

function applyEdits(text, edits) {
  let result = '';
  let position = 0;
  for (const { start, end, replacement } of edits) {
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}

function isInternalMember(node) {
  if (!ts.isClassElement(node) && !ts.isTypeElement(node)) return false;
  const { name } = node;
  if (name !== undefined && ts.isIdentifier(name) && name.text.startsWith('_')) return true;
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal');
}

/**
 * A class that lost members may no longer have those of an interface of its own package, so it does not say any more that it
 * implements it. Types are structural: nobody misses the word.
 */
function implementsEdits(node, foreign) {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  if (clause === undefined) return [];
  const kept = clause.types
    .filter(({ expression }) => foreign.has(expression.getText()))
    .map((type) => type.getText());
  const replacement = kept.length === 0 ? '' : ` implements ${kept.join(', ')}`;
  return [{ start: clause.getFullStart(), end: clause.getEnd(), replacement }];
}

/** What the file imports from other packages. */
function foreignNames(source) {
  const imports = source.statements.filter(ts.isImportDeclaration);
  const foreign = imports.filter(({ moduleSpecifier }) => !moduleSpecifier.text.startsWith('.'));
  const bindings = foreign.flatMap(({ importClause }) => importClause?.namedBindings?.elements ?? []);
  return new Set(bindings.map(({ name }) => name.text));
}
