import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileTogether } from './support/compiled.js';
import { runTypeScript } from './support/run-typescript.js';
import { repository } from './support/workspace.js';

// Within examples, because that depends on every package.
const folder = path.relative(repository, mkdtempSync(path.join(repository, 'examples', '.page-')));

const pages = readdirSync(path.join(repository, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((page) => ({ page, text: readFileSync(path.join(repository, 'docs', page), 'utf8') }));

const programs = pages.flatMap(({ page, text }) =>
  [...text.matchAll(/```ts\n((?:(?!```).)*)```\n\nIt prints:\n\n```text\n(.*?)```/gs)].map(
    ([, program = '', output = ''], index) => ({
      page,
      number: index + 1,
      file: path.join(folder, `${path.basename(page, '.md')}-${index + 1}.ts`),
      program: `${program}export {};\n`,
      output,
    }),
  ),
);

beforeAll(() => {
  for (const { file, program } of programs) writeFileSync(path.join(repository, file), program);
  compileTogether(programs.map(({ file }) => file));
});

afterAll(() => rmSync(path.join(repository, folder), { recursive: true, force: true }));

test.each(['cancellation.md', 'cookbook.md'])('every program of docs/%s says what it prints', (page) => {
  const { text } = pages.find((entry) => entry.page === page)!;
  const ofPage = programs.filter((program) => program.page === page);
  expect(ofPage.length).toBeGreaterThan(0);
  expect(ofPage).toHaveLength(text.split('```ts\n').length - 1);
});

test.each(programs)('program $number of docs/$page prints that', async ({ file, output }) => {
  const { stdout, ...rest } = await runTypeScript(file);
  expect({ ...rest, stdout }).toEqual({ status: 0, signal: null, stderr: '', stdout: output });
});
