import ts from 'typescript';

/**
 * Rewrites a module whose coroutines are async functions into one whose coroutines are generator functions: `async` to
 * `function*`, `await` to `yield*`. The scenarios are written once, and both kinds have to leave the same trace.
 *
 * @returns JavaScript
 */
export function inGeneratorStyle(source: string, fileName: string): string {
  const { outputText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
    transformers: { before: [rewriteCoroutines] },
  });
  return outputText;
}

function rewriteCoroutines(context: ts.TransformationContext): (file: ts.SourceFile) => ts.SourceFile {
  const { factory } = context;
  const star = factory.createToken(ts.SyntaxKind.AsteriskToken);

  const visit = (node: ts.Node): ts.Node => {
    if (ts.isAwaitExpression(node)) {
      const wait = factory.createYieldExpression(star, ts.visitNode(node.expression, visit) as ts.Expression);
      return factory.createParenthesizedExpression(wait);
    }
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isFunctionDeclaration(inner) && isAsync(inner)) {
      const { name, typeParameters, parameters, type, body } = inner;
      return factory.createFunctionDeclaration(
        withoutAsync(inner),
        star,
        name,
        typeParameters,
        parameters,
        type,
        body,
      );
    }
    if (ts.isMethodDeclaration(inner) && isAsync(inner)) {
      const { name, questionToken, typeParameters, parameters, type, body } = inner;
      return factory.createMethodDeclaration(
        withoutAsync(inner),
        star,
        name,
        questionToken,
        typeParameters,
        parameters,
        type,
        body,
      );
    }
    if ((ts.isFunctionExpression(inner) || ts.isArrowFunction(inner)) && isAsync(inner)) {
      const { typeParameters, parameters, type } = inner;
      const body = ts.isBlock(inner.body)
        ? inner.body
        : factory.createBlock([factory.createReturnStatement(inner.body)]);
      return factory.createFunctionExpression(
        withoutAsync(inner),
        star,
        undefined,
        typeParameters,
        parameters,
        type,
        body,
      );
    }
    return inner;
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

function isAsync(node: ts.HasModifiers): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

function withoutAsync(node: ts.HasModifiers): ts.Modifier[] {
  return ts.getModifiers(node)?.filter(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword) ?? [];
}
