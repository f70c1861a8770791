import ts from 'typescript';

/** One import of a module, however it is written. */
export interface Import {
  specifier: string;
  /** Erased at compile time: `import type`, `export type … from`, `import('x').Type`. */
  typeOnly: boolean;
}

const known = new Map<string, readonly Import[]>();

/**
 * Every import, re-export, dynamic import and import type of a TypeScript text. Specifiers that are computed are not
 * seen.
 */
export function importsOf(text: string, fileName = 'file.ts'): readonly Import[] {
  // Several checks read the same files, and parsing them takes most of the time.
  const before = known.get(text);
  if (before !== undefined) return before;
  const imports = parseImports(text, fileName);
  known.set(text, imports);
  return imports;
}

function parseImports(text: string, fileName: string): Import[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly: isTypeOnly(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return ts.isImportTypeNode(node);
}
