import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { overlongLines } from './support/line-lengths.js';
import { ownFiles } from './support/own-files.js';
import { foreignWords } from './support/prose.js';
import { repository } from './support/workspace.js';

/** The rules themselves, and texts that are not ours. */
const EXEMPT = new Set(['CODE_OF_CONDUCT.md', 'test/prose.test.ts', 'test/support/prose.ts']);

/** The files with text of ours, as paths in the repository. */
function texts(): string[] {
  return ownFiles(/\.(ts|mts|js|mjs|py|c|h|md)$/).filter((file) => !EXEMPT.has(file));
}

test('sources, tests, scripts and documents name the actor, in plain words', () => {
  const files = texts();
  expect(files.length).toBeGreaterThan(1000);
  const problems = files.flatMap((file) =>
    foreignWords(readFileSync(path.join(repository, file), 'utf8'), path.extname(file)).map(
      ({ line, word }) => `${file}:${line}: ${word}`,
    ),
  );
  expect(problems).toEqual([]);
});

test('comments and documents have lines of at most 120 columns', () => {
  const problems = texts()
    .filter((file) => !file.endsWith('.py'))
    .flatMap((file) =>
      overlongLines(readFileSync(path.join(repository, file), 'utf8'), path.extname(file)).map(
        (line) => `${file}:${line}`,
      ),
    );
  expect(problems).toEqual([]);
});

test('the check finds long lines that could be broken, and no others', () => {
  const long = 'word '.repeat(25).trim();
  expect(overlongLines(`const x = 1;\n// ${long}`, '.ts')).toEqual([2]);
  expect(overlongLines(`/**\n * ${long}\n */`, '.ts')).toEqual([2]);
  expect(overlongLines(`//   node bench/x.mjs ${long}\nconst x = '${long}';`, '.mjs')).toEqual([]);
  expect(overlongLines(`${long}\n\n- ${long}`, '.md')).toEqual([1, 3]);
  expect(overlongLines(`| ${long} |\n\n\`\`\`\n${long}\n\`\`\`\n\n- \`${long}\``, '.md')).toEqual([]);
  expect(overlongLines(`---\ntitle: ${long}\n---\n`, '.md')).toEqual([]);
});

test('the check finds the words in comments, messages and text, and leaves code alone', () => {
  const words = (text: string, extension = '.ts') => foreignWords(text, extension).map(({ word }) => word);
  expect(words('// Somebody is told.\nconst x = 1; // nobody')).toEqual(['Somebody', 'told', 'nobody']);
  expect(words("throw new Error('whoever hears this');")).toEqual(['whoever', 'hears']);
  expect(words("on('data', () => log('heard again'), 'tell');")).toEqual(['heard']);
  expect(words("/** One of Node's. */ const told = tell(hear);")).toEqual(["of Node's."]);
  expect(words("// Of Node's own classes.")).toEqual([]);
  expect(words('People tell.', '.md')).toEqual(['People', 'tell']);
  expect(words('`tell()` is code.', '.md')).toEqual([]);
  expect(words('"""Tells nobody."""\nx = told  # by whoever', '.py')).toEqual(['Tells', 'nobody', 'whoever']);
});

test('the check finds a call whose caller is not named', () => {
  const words = (text: string) => foreignWords(text, '.ts').map(({ word }) => word);
  expect(words('/** Has `func` called in a worker. */')).toEqual(['Has `func` called']);
  expect(words(' * Has the functions run inside the loop.')).toEqual(['Has the functions run']);
  expect(words('// A loop that has `func` called by its user.')).toEqual(['has `func` called']);
  expect(words('// A loop that has been called, and has run.')).toEqual([]);
  expect(words('/** The loop calls `func`, which has a name. */')).toEqual([]);
});
