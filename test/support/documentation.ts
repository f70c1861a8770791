import path from 'node:path';
import ts from 'typescript';
import { entryPointsOf, type Package, repository } from './workspace.js';

/** How the packages are compiled. */
export const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['bight-source'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The public names of the packages that have no doc comment, as `folder/src/file.ts: Class.member`. */
export function undocumentedNames(packages: readonly Package[], root: string = repository): string[] {
  const files = packages.flatMap(({ folder, manifest }) =>
    Object.values(entryPointsOf(manifest)).map((file) => path.join(root, 'packages', folder, file)),
  );
  return undocumentedIn(ts.createProgram(files, compilerOptions), path.join(root, 'packages'), files);
}

/** The same for the exports of some files of a program; names are given relative to `base`. */
export function undocumentedIn(program: ts.Program, base: string, files: readonly string[]): string[] {
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const missing: string[] = [];

  const report = (symbol: ts.Symbol, name: string): void => {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || symbol.getDocumentationComment(checker).length > 0) return;
    missing.push(`${path.relative(base, declaration.getSourceFile().fileName)}: ${name}`);
  };

  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is not a module`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol) || isForeign(symbol, base) || isInternal(symbol, checker)) continue;
      seen.add(symbol);
      // A namespace is a file: its names are exported, and documented, one by one.
      if (symbol.flags & ts.SymbolFlags.ValueModule) continue;
      report(symbol, exported.name);
      for (const member of publicMembersOf(symbol, checker))
        report(member, `${exported.name}.${member.name}`);
    }
  }
  return missing.sort();
}

/** Re-exported from another project: documented there. */
function isForeign(symbol: ts.Symbol, base: string): boolean {
  return !symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName.startsWith(base));
}

/** Marked as not for users. */
function isInternal(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return symbol.getJsDocTags(checker).some((tag) => tag.name === 'internal');
}

/** The members of a class or interface that its users see and that it declares itself, well-known symbols excepted. */
function publicMembersOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  const statics = symbol.flags & ts.SymbolFlags.Class ? [...(symbol.exports?.values() ?? [])] : [];
  const members = [...(symbol.members?.values() ?? []), ...statics];
  return members.filter((member) => {
    const declaration = member.declarations?.[0];
    if (declaration === undefined || !isMemberDeclaration(declaration)) return false;
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    if (ts.getCombinedModifierFlags(declaration) & hidden || ts.isPrivateIdentifier(declaration.name))
      return false;
    return !ts.isComputedPropertyName(declaration.name) && !isInternal(member, checker);
  });
}

function isMemberDeclaration(node: ts.Node): node is ts.ClassElement & { name: ts.PropertyName } {
  return (
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isAccessor(node) ||
    ts.isParameterPropertyDeclaration(node, node.parent)
  );
}
