// Makes a bundle load Node's heavier modules at their first use (decision 028). `import { connect } from 'node:tls'`
// loads TLS, and with it cryptography, into every program that imports the package, even if the program only sleeps.
// Each use of such a name becomes `node$tls().connect`. A module that is used while the file is evaluated, such as that
// of a base class, is loaded then. No line moves.
import ts from 'typescript';

/**
 * Modules that every Node has loaded before a program begins; importing them costs nothing. `node:process` and
 * `node:util` are not among them: an import reads all their exports, which loads streams, `node:fs/promises` and
 * `node:worker_threads`.
 */
const LOADED = new Set(['async_hooks', 'buffer', 'events', 'path', 'url']);

/** The text of a bundle whose imports of Node's modules are lazy. */
export function withLazyBuiltins(text, file = 'bundle.js') {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const edits = [];
  const accessors = new Map();
  const meanings = new Map();
  for (const statement of source.statements) {
    const name = lazyModuleOf(statement);
    if (name === null) continue;
    if (!accessors.has(name)) accessors.set(name, `node$${name.replaceAll(/\W/g, '_')}`);
    const accessor = `${accessors.get(name)}()`;
    const { name: all, namedBindings } = statement.importClause;
    if (all !== undefined) meanings.set(all.text, accessor);
    if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
      meanings.set(namedBindings.name.text, accessor);
    else
      for (const { name: local, propertyName } of namedBindings?.elements ?? [])
        meanings.set(local.text, `${accessor}.${(propertyName ?? local).text}`);
    const { length } = statement.getText().split('\n');
    edits.push({ start: statement.getStart(), end: statement.getEnd(), text: '\n'.repeat(length - 1) });
  }
  if (accessors.size === 0) return text;
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && meanings.has(node.text)) {
      const edit = useOf(node, meanings.get(node.text), file);
      if (edit !== null) edits.push(edit);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  edits.sort((one, other) => one.start - other.start);
  let result = '';
  let position = 0;
  for (const { start, end, text: replacement } of edits) {
    result += text.slice(position, start) + replacement;
    position = end;
  }
  const whole = result + text.slice(position);
  // The line that names the interpreter has to stay the first one.
  const [first] = /^(?:#!.*\n)?/.exec(whole);
  return first + [...accessors].map(accessorOf).join('') + whole.slice(first.length);
}

function lazyModuleOf(statement) {
  if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) return null;
  const { text } = statement.moduleSpecifier;
  return text.startsWith('node:') && !LOADED.has(text.slice(5)) ? text.slice(5) : null;
}

function useOf(identifier, meaning, file) {
  const { parent } = identifier;
  const [start, end] = [identifier.getStart(), identifier.getEnd()];
  if (ts.isShorthandPropertyAssignment(parent)) return { start, end, text: `${identifier.text}: ${meaning}` };
  if (ts.isPropertyAccessExpression(parent) && parent.name === identifier) return null;
  if ((ts.isPropertyAssignment(parent) || ts.isClassElement(parent)) && parent.name === identifier)
    return null;
  if (ts.isBindingElement(parent) && parent.propertyName === identifier) return null;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    if (parent.initializer !== identifier) throw new Error(`${file}: ${identifier.text} means two things`);
  }
  if (ts.isExportSpecifier(parent) && parent.propertyName !== undefined && parent.name === identifier)
    return null;
  if (ts.isExportSpecifier(parent)) throw new Error(`${file} exports ${identifier.text}, which is Node's`);
  return { start, end, text: isConstructed(identifier) ? `(${meaning})` : meaning };
}

/** `new (node$net()).Socket()`: without the parentheses `new` would apply to the accessor. */
function isConstructed(identifier) {
  let callee = identifier;
  while (ts.isPropertyAccessExpression(callee.parent) && callee.parent.expression === callee)
    callee = callee.parent;
  return ts.isNewExpression(callee.parent) && callee.parent.expression === callee;
}

function accessorOf([name, accessor]) {
  return `let ${accessor}_;const ${accessor} = () => (${accessor}_ ??= process.getBuiltinModule("node:${name}"));`;
}
