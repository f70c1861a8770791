import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { repository } from './support/workspace.js';

/** What an entry point exports, by its API report. */
interface Report {
  /** The declarations of what it makes itself, by name. */
  readonly declared: ReadonlyMap<string, readonly ts.Node[]>;
  /** Every name that it exports. */
  readonly exported: ReadonlySet<string>;
}

/** Reads the report of an entry point: TypeScript between the lines of a document. */
function read(text: string): Report {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
  const source = ts.createSourceFile('report.d.ts', code, ts.ScriptTarget.Latest, true);
  const declared = new Map<string, ts.Node[]>();
  const exported = new Set<string>();
  const add = (name: string, node: ts.Node) => {
    declared.set(name, [...(declared.get(name) ?? []), node]);
    exported.add(name);
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      if (exportClause !== undefined && ts.isNamedExports(exportClause))
        for (const { name } of exportClause.elements) exported.add(name.text);
    } else if (ts.isVariableStatement(statement)) {
      for (const one of statement.declarationList.declarations) add(one.name.getText(), one);
    } else if ('name' in statement && statement.name !== undefined) {
      add((statement.name as ts.Node).getText(), statement);
    }
  }
  return { declared, exported };
}

/** The names of the types that a declaration mentions. */
function mentioned(node: ts.Node, found = new Set<string>()): Set<string> {
  if (ts.isTypeReferenceNode(node)) found.add(firstOf(node.typeName));
  if (ts.isTypeQueryNode(node)) found.add(firstOf(node.exprName));
  if (ts.isExpressionWithTypeArguments(node)) found.add(node.expression.getText().split('.')[0]!);
  ts.forEachChild(node, (child) => void mentioned(child, found));
  return found;
}

function firstOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstOf(name.left);
}

/** The types that a program which uses only the umbrella cannot name. */
function missing(umbrella: Report, others: readonly Report[]): string[] {
  const known = new Set(others.flatMap(({ exported }) => [...exported]));
  return [...umbrella.exported]
    .flatMap((name) =>
      [umbrella, ...others].flatMap(({ declared }) =>
        (declared.get(name) ?? []).flatMap((node) =>
          [...mentioned(node)].map((type) => [name, type] as const),
        ),
      ),
    )
    .filter(([, type]) => known.has(type) && !umbrella.exported.has(type))
    .map(([name, type]) => `${type}, which ${name} mentions`);
}

const folder = path.join(repository, 'etc');
const isEntry = (file: string) => /^[\w-]+\.api\.md$/.test(file) && file !== 'bight.api.md';
const report = (file: string) => read(readFileSync(path.join(folder, file), 'utf8'));

/** Packages that `bight` does not depend on. */
const APART = ['executor-bullmq.api.md', 'loop-testing.api.md', 'otel.api.md'];

test('the umbrella exports every type that what it exports mentions', () => {
  const files = readdirSync(folder).filter((file) => isEntry(file) && !APART.includes(file));
  expect(files.length).toBeGreaterThan(8);
  expect(missing(report('bight.api.md'), files.map(report))).toEqual([]);
});

test('the check finds a missing type in a class, a function, an interface and an alias', () => {
  const wrap = (code: string) => read(`text\n\`\`\`ts\n${code}\n\`\`\`\n`);
  const other = wrap(`
    export interface Limit { n: number }
    export class Task { limits(): readonly Limit[]; }
    export function look(limit?: Limit): void;
    export type Many = Map<string, Limit>;
    export class Sub extends Limit {}
    export const limit: Limit;
  `);
  const names = ['Task', 'look', 'Many', 'Sub', 'limit'];
  const umbrella = wrap(`import { Task } from 'other';\nexport { ${names.join(', ')} }`);
  expect(missing(umbrella, [other])).toEqual(names.map((name) => `Limit, which ${name} mentions`));
  expect(missing(wrap(`export { ${names.join(', ')}, Limit }`), [other])).toEqual([]);
});
