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

/** The entry points of the packages, and a program of them. */
export function publicProgram(
  packages: readonly Package[],
  root: string = repository,
): { program: ts.Program; files: string[] } {
  const files = packages.flatMap(({ folder, manifest }) =>
    Object.values(entryPointsOf(manifest)).map((file) => path.join(root, 'packages', folder, file)),
  );
  return { program: ts.createProgram(files, compilerOptions), files };
}

/**
 * Names with an entity in the reference and no `@python`: of those that docs/api-map.md pairs, those that the packages
 * export; and the members of the interfaces of which `AbstractEventLoop` is the sum.
 */
export function untranslatedIn(program: ts.Program, files: readonly string[], map: string): string[] {
  const checker = program.getTypeChecker();
  const paired = new Set<string>();
  for (const [, name] of map.matchAll(/^\| `[^|]*\| `(?:new |await )*(\w+)[(`]/gm)) paired.add(name!);
  const hasTag = (symbol: ts.Symbol) => symbol.getJsDocTags(checker).some(({ name }) => name === 'python');
  const missing = new Set<string>();
  for (const file of files) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
      if (isValue && paired.has(exported.name) && !hasTag(symbol)) missing.add(exported.name);
      if (
        !/^(Scheduling|Task|Executor|Net|Socket|Readiness|Pipe|Subprocess|Signal|ErrorHandling|Debug)Loop$/.test(
          exported.name,
        )
      )
        continue;
      for (const member of symbol.members?.values() ?? []) {
        if (!hasTag(member)) missing.add(`${exported.name}.${member.name}`);
      }
    }
  }
  return [...missing].sort();
}

/**
 * The exports of some files of a program that have no doc comment, and their members that have none; `base` is left out
 * of names.
 */
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

/** The doc comments of a file that are in another dialect than CONTRIBUTING.md describes, as `line: what is wrong`. */
export function foreignDialect(text: string): string[] {
  const problems: string[] = [];
  for (const comment of text.matchAll(/\/\*\*(?!\/)[\s\S]*?\*\//g)) {
    const line = text.slice(0, comment.index).split('\n').length;
    const body = comment[0].replace(/^\/\*\*|\*\/$/g, '').replaceAll(/\n\s*\* ?/g, '\n');
    const wrong = (what: string) => problems.push(`${line}: ${what}`);
    if (/\bReference: |\bStands for `/.test(body)) wrong('the entity of Python belongs into @python');
    for (const [, tag, rest] of body.matchAll(/^\s*@(\w+)(.*)$/gm)) {
      if (tag === 'param' && !/^ \S+ - \S/.test(rest!)) wrong(`@param name - text, not @param${rest}`);
      if (tag === 'throws' && !/^ (\{\w+( \| \w+)*\} [\w(]|(?!an? )[a-z])/.test(rest!))
        wrong(`@throws {Class} when …, not @throws${rest}`);
      if (tag === 'python' && !/^ [a-z_.\w]/i.test(rest!)) wrong('@python without a name');
      if (tag === 'returns' && !/^ \S/.test(rest!)) wrong('@returns without a text');
    }
  }
  return problems;
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
