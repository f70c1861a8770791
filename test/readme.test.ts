import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileTogether } from './support/compiled.js';
import { nameOf, type ReadmeExample, readFrontPage, readReadmes } from './support/readme-examples.mjs';
import { runTypeScript } from './support/run-typescript.js';
import { readPackages, repository } from './support/workspace.js';

// Within examples, because that depends on every package; another run in the same clone has one of its own.
const folder = path.relative(repository, mkdtempSync(path.join(repository, 'examples', '.readme-')));

/** Where a program lies while it is tested. Its types are checked with all others (scripts/types.mjs). */
const placed = <T extends ReadmeExample>(example: T) => ({
  ...example,
  file: path.join(folder, example.name),
});

const examples = readReadmes().map(({ directory, blocks }) => ({ directory, blocks: blocks.map(placed) }));
/** The first of each README, and every one that says what it prints. */
const programs = examples.flatMap(({ directory, blocks }) =>
  blocks.flatMap((block, index) =>
    index === 0 || block.output !== '' ? [{ ...block, directory, number: index + 1 }] : [],
  ),
);
const ofFrontPage = readFrontPage().map(placed);

beforeAll(() => {
  for (const { file, program } of [...examples.flatMap(({ blocks }) => blocks), ...ofFrontPage]) {
    writeFileSync(path.join(repository, file), program);
  }
  compileTogether([...programs, ...ofFrontPage].map(({ file }) => file));
});

afterAll(() => rmSync(path.join(repository, folder), { recursive: true, force: true }));

test('every example has a file of its own, whatever the folder of the repository is called', () => {
  const files = examples.flatMap(({ blocks }) => blocks).map(({ file }) => path.basename(file));
  expect(files).toEqual([...new Set(files)]);
  expect(nameOf('.')).toBe('repository');
  expect(nameOf(path.join('packages', 'bight'))).toBe('packages-bight');
});

test("every README has an example, and the repository's one for each entry point, with its output", () => {
  expect(examples.filter(({ blocks }) => blocks.length === 0)).toEqual([]);
  expect(programs.filter(({ directory, output }) => directory === '.' && output !== '')).toHaveLength(3);
});

test.each(programs)(
  'example $number of $directory/README.md prints what it says',
  async ({ file, output }) => {
    const { stdout, ...rest } = await runTypeScript(file);
    expect({ ...rest, stdout }).toEqual({ status: 0, signal: null, stderr: '', stdout: output });
  },
);

test.each(ofFrontPage)("$title, on the site's front page, prints what its comments say", async (example) => {
  const { stdout, ...rest } = await runTypeScript(example.file);
  expect({ ...rest, stdout }).toEqual({ status: 0, signal: null, stderr: '', stdout: example.output });
});

test.each(readPackages())(
  'the README of $folder has the command that installs it, and its limits',
  (entry) => {
    const text = readFileSync(path.join(repository, 'packages', entry.folder, 'README.md'), 'utf8');
    expect(text).toMatch(new RegExp(`^npm install .*${entry.manifest.name}\\b`, 'm'));
    expect(text).toMatch(/^## What it does not do$/m);
  },
);
