import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { foreignWords } from './support/prose.js';
import { repository } from './support/workspace.js';

/** Where a word is data, or an example's own. */
const allowed: Readonly<Record<string, RegExp>> = {
  'packages/contextvars/README.md': /nobody/,
};

const read = [
  'packages/*/src/*',
  'packages/*/README.md',
  'packages/sockets/native',
  'scripts',
  'docs',
  '*.md',
];

test('sources, scripts and documents name the actor, in plain words', () => {
  const { stdout } = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...read],
    {
      cwd: repository,
      encoding: 'utf8',
    },
  );
  const files = stdout.split('\n').filter((file) => /\.(ts|js|mjs|c|h|md)$/.test(file));
  expect(files.length).toBeGreaterThan(300);
  const problems = files
    .filter((file) => file !== 'CODE_OF_CONDUCT.md')
    .flatMap((file) =>
      foreignWords(readFileSync(path.join(repository, file), 'utf8'), file.endsWith('.md'))
        .filter(({ word }) => !allowed[file]?.test(word))
        .map(({ line, word }) => `${file}:${line}: ${word}`),
    );
  expect(problems).toEqual([]);
});

test('the check finds the words in comments, messages and text, and leaves code alone', () => {
  const words = (text: string, isProse = false) => foreignWords(text, isProse).map(({ word }) => word);
  expect(words('// Somebody is told.\nconst x = 1; // nobody')).toEqual(['Somebody', 'told', 'nobody']);
  expect(words("throw new Error('whoever hears this');")).toEqual(['whoever', 'hears']);
  expect(words("/** One of Node's. */ const told = tell(hear);")).toEqual(["of Node's."]);
  expect(words("// Of Node's own classes.")).toEqual([]);
  expect(words('People tell.', true)).toEqual(['People', 'tell']);
  expect(words('`tell()` is code.', true)).toEqual([]);
});
