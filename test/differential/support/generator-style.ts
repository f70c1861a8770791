import ts from 'typescript';

type AsyncFunction = ts.FunctionDeclaration | ts.FunctionExpression | ts.MethodDeclaration | ts.ArrowFunction;

/**
 * Rewrites a module whose coroutines are async functions into one whose coroutines are generator functions: `async` to
 * `function*`, `await` to `yield*`. The scenarios are written once, and both kinds have to leave the same trace.
 *
 * The text around them stays as it is: the compiler prints a module anew in ten times as long as it parses one.
 *
 * @returns TypeScript, in which every line is where it was
 */
export function inGeneratorStyle(source: string, fileName: string): string {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2022, true);
  return textBetween(file, 0, file.end);
}

/** The text of a node, rewritten. */
function textOf(node: ts.Node): string {
  if (ts.isAwaitExpression(node)) return `(yield* ${textOf(node.expression)})`;
  const keyword = asyncOf(node);
  return keyword === undefined
    ? textBetween(node, node.getStart(), node.end)
    : textOfAsync(node as AsyncFunction, keyword);
}

/** A part of a node's text, whose inner nodes are rewritten. */
function textBetween(node: ts.Node, start: number, end: number): string {
  const { text: source } = node.getSourceFile();
  let [text, at] = ['', start];
  ts.forEachChild(node, (inner) => {
    if (inner.getStart() < start || inner.end > end) return;
    text += source.slice(at, inner.getStart()) + textOf(inner);
    at = inner.end;
  });
  return text + source.slice(at, end);
}

function asyncOf(node: ts.Node): ts.Modifier | undefined {
  if (!ts.canHaveModifiers(node)) return undefined;
  return ts.getModifiers(node)?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
}

function textOfAsync(node: AsyncFunction, keyword: ts.Modifier): string {
  if (ts.isArrowFunction(node)) return textOfArrow(node, keyword);
  const { text: source } = node.getSourceFile();
  const before = source.slice(node.getStart(), keyword.getStart());
  const star = node.asteriskToken === undefined ? '*' : '';
  if (ts.isMethodDeclaration(node)) return before + star + textBetween(node, keyword.end, node.end);
  const start = source.indexOf('function', keyword.end) + 'function'.length;
  return `${before}function${star}${textBetween(node, start, node.end)}`;
}

/** A function expression: no generator has the form of an arrow. */
function textOfArrow(node: ts.ArrowFunction, keyword: ts.Modifier): string {
  const { body, equalsGreaterThanToken: arrow } = node;
  const signature = textBetween(node, keyword.end, arrow.getStart()).trim();
  const parameters = /^[(<]/.test(signature) ? signature : `(${signature})`;
  return `(function* ${parameters} ${ts.isBlock(body) ? textOf(body) : `{ return ${textOf(body)}; }`})`;
}
