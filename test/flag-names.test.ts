import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { flagsOf } from './support/flags.js';
import { ownFiles } from './support/own-files.js';
import { repository } from './support/workspace.js';

test('flags in members and variables have names that are statements', () => {
  const files = ownFiles(/\.(ts|mts|mjs)$/).filter((file) => file !== 'test/flag-names.test.ts');
  expect(files.length).toBeGreaterThan(1000);
  const problems = files.flatMap((file) =>
    flagsOf(readFileSync(path.join(repository, file), 'utf8')).map(
      ({ line, name }) => `${file}:${line}: ${name}`,
    ),
  );
  expect(problems).toEqual([]);
});

test('the check finds members, symbols and variables, and accepts statements', () => {
  const names = (text: string) => flagsOf(text).map(({ name }) => name);
  expect(names('let closed = false;\nlet isClosed = false;')).toEqual(['closed']);
  expect(names('class A {\n  #done = false;\n  #isDone = false;\n  readonly #over: boolean;\n}')).toEqual([
    '#done',
    '#over',
  ]);
  expect(
    names('class A {\n  [kUsed] = false;\n  [kIsUsed] = false;\n  declare [kWaiting]: boolean;\n}'),
  ).toEqual(['[kUsed]', '[kWaiting]']);
  expect(names('interface A {\n  readonly shared: boolean;\n  readonly keepsOpen: boolean;\n}')).toEqual([
    'shared',
  ]);
  expect(names('class A {\n  cut = false;\n  hasEnded = true;\n}')).toEqual(['cut']);
});

test('the check accepts the names of asyncio and Node, and what is no flag', () => {
  expect(flagsOf('class A {\n  #noDelay = true;\n  readonly reusePort: boolean;\n}')).toEqual([]);
  expect(flagsOf('let count = 0;\nlet wanted: unknown = null;\nrun({ closed: true });')).toEqual([]);
});
