// The programs in the README files and on the site's front page: `test/readme.test.ts` runs those that say what they
// print, and the check of types has all of them (`scripts/types.mjs`).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The folders that have a README, relative to the repository, with its examples. */
export function readReadmes() {
  const packages = readdirSync(path.join(repository, 'packages'))
    .filter((folder) => existsSync(path.join(repository, 'packages', folder, 'package.json')))
    .sort();
  return ['.', ...packages.map((folder) => path.join('packages', folder))].map((directory) => ({
    directory,
    blocks: examplesOf(directory),
  }));
}

/** Each `ts` block, with the `text` block that follows it within a paragraph. */
function examplesOf(directory) {
  const readme = path.join(repository, directory, 'README.md');
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
  const blocks = text.matchAll(/```ts\n(.*?)```(?:\n+[^`\n]*\n*```text\n(.*?)```)?/gs);
  return [...blocks].map(([, program = '', output = ''], index) => ({
    name: `${nameOf(directory)}-${index + 1}.ts`,
    program: `${program}export {};\n`,
    output,
  }));
}

/** The programs of the site's front page: each prints the comments at the ends of its lines. */
export function readFrontPage() {
  const text = readFileSync(path.join(repository, 'site', 'pages', 'index.md'), 'utf8');
  return [...text.matchAll(/```ts \[(.*)\]\n(.*?)```/gs)].map(([, title = '', program = ''], index) => ({
    title,
    name: `front-page-${index + 1}.ts`,
    program,
    output: [...program.matchAll(/\); \/\/ (.*\n)/g)].map(([, line]) => line).join(''),
  }));
}

/**
 * The name for files about a folder's README: not that of the repository's own folder, which may be a package's name.
 *
 * @param {string} directory - relative to the repository
 */
export function nameOf(directory) {
  return directory === '.' ? 'repository' : directory.split(path.sep).join('-');
}
