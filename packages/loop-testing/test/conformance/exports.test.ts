import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import * as bight from 'bight';
import ts from 'typescript';

const kit = fileURLToPath(new URL('../../src/conformance', import.meta.url));

/** Functions and classes of `bight` that the kit has no case for, by the reason. */
const WITHOUT_A_CASE: Record<string, readonly string[]> = {
  'declares what a loop, or what it makes, is like; the loop under test has its own': [
    'AbstractEventLoop',
    'AbstractServer',
    'BaseProtocol',
    'BaseTransport',
    'DatagramTransport',
    'Handle',
    'ReadTransport',
    'Server',
    'SubprocessTransport',
    'TimerHandle',
    'Transport',
    'WriteTransport',
  ],
  'is a loop, or makes classes of loops': [
    'CoreEventLoop',
    'EventLoop',
    'ProactorEventLoop',
    'SelectorEventLoop',
    'withNet',
    'withProactorNet',
    'withReadiness',
    'withSelectorNet',
    'withSignals',
    'withSubprocess',
  ],
  'is of the system, and knows no loop': [
    'BaseSelector',
    'DefaultSelector',
    'EpollSelector',
    'KqueueSelector',
    'PollSelector',
    'SelectSelector',
    'fromFd',
    'isAvailable',
    'unavailableReason',
  ],
  'looks at loops of bight alone, from outside': ['recordTrace', 'startInspector'],
  'is of contexts, and knows no loop': ['Context', 'Token', 'setNodeInternals'],
  'is a predicate of values': ['isBufferedProtocol', 'isCoroutineFunction', 'isInetAddress'],
  'needs a module of its own, in a file': ['carry', 'currentJob', 'serve'],
  "makes what stands on a loop's transports one of Node's own kinds; @bight/interop has the tests": [
    'attachHttp',
    'connector',
    'toSocket',
  ],
};

const exempt = Object.values(WITHOUT_A_CASE).flat();

/** What the code of the cases names, beside what it imports and what are types only. */
function namesInCases(): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isType = ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node);
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node) || isType) return;
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const file of readdirSync(path.join(kit, 'cases'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(path.join(kit, 'cases', file), 'utf8');
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  }
  return names;
}

const isError = (value: unknown) => (value as { prototype?: unknown }).prototype instanceof Error;

const functions = Object.entries(bight)
  .filter(([, value]) => typeof value === 'function' && !isError(value))
  .map(([name]) => name);

test('every function and every class of bight has a case in the kit', () => {
  const named = namesInCases();
  expect(functions.filter((name) => !named.has(name) && !exempt.includes(name))).toEqual([]);
});

test('every name that is listed without a case is exported', () => {
  expect(exempt.filter((name) => !functions.includes(name))).toEqual([]);
});
