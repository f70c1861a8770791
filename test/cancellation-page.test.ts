import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runTypeScript } from './support/run-typescript.js';
import { repository } from './support/workspace.js';

// Within examples, because that depends on every package.
const folder = path.relative(repository, mkdtempSync(path.join(repository, 'examples', '.page-')));
const page = readFileSync(path.join(repository, 'docs', 'cancellation.md'), 'utf8');
const programs = [...page.matchAll(/```ts\n(.*?)```\n\nIt prints:\n\n```text\n(.*?)```/gs)].map(
  ([, program = '', output = ''], index) => ({
    number: index + 1,
    file: path.join(folder, `cancellation-${index + 1}.ts`),
    program: `${program}export {};\n`,
    output,
  }),
);

beforeAll(() => {
  for (const { file, program } of programs) writeFileSync(path.join(repository, file), program);
});

afterAll(() => rmSync(path.join(repository, folder), { recursive: true, force: true }));

test('every program of docs/cancellation.md says what it prints', () => {
  expect(programs).toHaveLength(page.split('```ts\n').length - 1);
});

test.each(programs)('program $number of docs/cancellation.md prints that', async ({ file, output }) => {
  const { stdout, ...rest } = await runTypeScript(file);
  expect({ ...rest, stdout }).toEqual({ status: 0, signal: null, stderr: '', stdout: output });
});
