import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileTogether } from './support/compiled.js';
import { runTypeScript } from './support/run-typescript.js';
import { readPackages, repository } from './support/workspace.js';

// Within examples, because that depends on every package; another run in the same clone has one of its own.
const folder = path.relative(repository, mkdtempSync(path.join(repository, 'examples', '.readme-')));

interface Example {
  file: string;
  program: string;
  /** What it prints, according to the README. */
  output: string;
}

const readmes = ['.', ...readPackages().map((entry) => path.join('packages', entry.folder))];
const examples = readmes.map((directory) => ({ directory, blocks: examplesOf(directory) }));
/** The first of each README, and every one that says what it prints. */
const programs = examples.flatMap(({ directory, blocks }) =>
  blocks.flatMap((block, index) =>
    index === 0 || block.output !== '' ? [{ ...block, directory, number: index + 1 }] : [],
  ),
);
const ofFrontPage = examplesOfFrontPage();

beforeAll(() => {
  for (const { file, program } of [...examples.flatMap(({ blocks }) => blocks), ...ofFrontPage]) {
    writeFileSync(path.join(repository, file), program);
  }
  compileTogether([...programs, ...ofFrontPage].map(({ file }) => file));
});

afterAll(() => rmSync(path.join(repository, folder), { recursive: true, force: true }));

test('the examples of the READMEs have the right types', () => {
  const config = path.join(repository, folder, 'tsconfig.json');
  const compilerOptions = { noEmit: true, noUnusedLocals: false };
  writeFileSync(
    config,
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }),
  );
  const compiler = path.join(repository, 'node_modules', 'typescript-native', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' });
  expect({ status, problems: stdout }).toEqual({ status: 0, problems: '' });
}, 180_000);

test('every example has a file of its own, whatever the folder of the repository is called', () => {
  const files = examples.flatMap(({ blocks }) => blocks).map(({ file }) => path.basename(file));
  expect(files).toEqual([...new Set(files)]);
  expect(nameOf('.')).toBe('repository');
  expect(nameOf(path.join('packages', 'bight'))).toBe('packages-bight');
});

test('every README has an example, and that of the repository one for each way in, with what it prints', () => {
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
  'the README of $folder says how to install it, and what it does not do',
  (entry) => {
    const text = readFileSync(path.join(repository, 'packages', entry.folder, 'README.md'), 'utf8');
    expect(text).toMatch(new RegExp(`^npm install .*${entry.manifest.name}\\b`, 'm'));
    expect(text).toMatch(/^## What it does not do$/m);
  },
);

/** Each `ts` block, with the `text` block that follows it within a paragraph. */
function examplesOf(directory: string): Example[] {
  const readme = path.join(repository, directory, 'README.md');
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
  const blocks = text.matchAll(/```ts\n(.*?)```(?:\n+[^`\n]*\n*```text\n(.*?)```)?/gs);
  return [...blocks].map(([, program = '', output = ''], index) => ({
    file: path.join(folder, `${nameOf(directory)}-${index + 1}.ts`),
    program: `${program}export {};\n`,
    output,
  }));
}

/** The programs of the site's front page: each prints the comments at the ends of its lines. */
function examplesOfFrontPage(): (Example & { title: string })[] {
  const text = readFileSync(path.join(repository, 'site', 'pages', 'index.md'), 'utf8');
  return [...text.matchAll(/```ts \[(.*)\]\n(.*?)```/gs)].map(([, title = '', program = ''], index) => ({
    title,
    file: path.join(folder, `front-page-${index + 1}.ts`),
    program,
    output: [...program.matchAll(/\); \/\/ (.*\n)/g)].map(([, line]) => line).join(''),
  }));
}

/**
 * What files about a folder's README are called: not after the repository's own folder, which may have a package's
 * name.
 */
function nameOf(directory: string): string {
  return directory === '.' ? 'repository' : directory.split(path.sep).join('-');
}
