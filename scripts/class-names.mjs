// Gives classes their names from the sources. esbuild turns `class Future { … Future … }` into `var Future = class
// _Future { … _Future … }`, so that `error.constructor.name`, stacks and `console.log(error)` show the underscore.
// esbuild's own `keepNames` would call a helper for every closure at run time; this script changes only the text. A
// space replaces the underscore, so that no column moves and source maps stay right.
import ts from 'typescript';

/** The text of a bundle in which every class expression at the top level has the name of its variable. */
export function withClassNames(text, file = 'bundle.js') {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const variables = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations);
  // If static parts of the class follow: `var _A = class _A { … }; … var A = _A;`.
  const second = new Map(
    variables
      .filter(
        ({ name, initializer }) =>
          initializer !== undefined && initializer.getText() === `_${name.getText()}`,
      )
      .map(({ name, initializer }) => [initializer.getText(), name.getText()]),
  );
  const edits = variables
    .flatMap(({ name, initializer }) => {
      if (initializer === undefined || !ts.isClassExpression(initializer)) return [];
      const { name: inner } = initializer;
      const outer = second.get(name.text) ?? name.text;
      if (inner === undefined || inner.text === outer) return [];
      if (inner.text.length < outer.length)
        throw new Error(`${file}: ${inner.text} has no room for ${outer}`);
      return usesOf(initializer, inner.text, outer, file).map((use) => ({
        start: use.getStart(),
        end: use.getEnd(),
        text: outer.padEnd(inner.text.length),
      }));
    })
    .sort((a, b) => a.start - b.start);
  let result = '';
  let position = 0;
  for (const edit of edits) {
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}

/**
 * The identifiers within a class that refer to the class itself as `inner`. Throws if `outer` has another meaning
 * there.
 */
function usesOf(node, inner, outer, file) {
  const uses = [];
  const visit = (child) => {
    if (ts.isIdentifier(child) && !isPropertyName(child)) {
      if (child.text === outer)
        throw new Error(`${file}: ${outer} is used for something else within ${inner}`);
      if (child.text === inner && ts.isShorthandPropertyAssignment(child.parent))
        throw new Error(`${file}: { ${inner} } names a property after a class`);
      if (child.text === inner) uses.push(child);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return uses;
}

function isPropertyName(identifier) {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === identifier;
  return (ts.isPropertyAssignment(parent) || ts.isClassElement(parent)) && parent.name === identifier;
}
