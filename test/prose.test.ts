import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { foreignWords } from './support/prose.js';
import { readPackages, repository } from './support/workspace.js';

/** Where a word is data, or an example's own. */
const allowed: Readonly<Record<string, RegExp>> = {
  'packages/contextvars/README.md': /nobody/,
};

/** What is read, and what tools make beside it. CI's tree is no repository: git cannot be asked. */
const rooms = ['scripts', 'docs', 'packages/sockets/native'];
const made = /(^|\/)(node_modules|build|dist|reference|prebuilds)\//;

function filesIn(folder: string): string[] {
  const directory = path.join(repository, folder);
  const found = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  return found
    .map((file) => path.posix.join(folder, file))
    .filter((file) => /\.(ts|js|mjs|c|h|md)$/.test(file) && !made.test(file));
}

test('sources, scripts and documents name the actor, in plain words', () => {
  const packages = readPackages().map(({ folder }) => `packages/${folder}`);
  const files = [
    ...[...rooms, ...packages.map((folder) => `${folder}/src`)].flatMap(filesIn),
    ...packages.map((folder) => `${folder}/README.md`),
    ...readdirSync(repository).filter((file) => file.endsWith('.md')),
  ];
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
