import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { repository } from './support/workspace.js';

/**
 * Names that every process of a machine shares, written so that two test files, or two runs of one, would meet there.
 */
const sharedNames: readonly [what: string, pattern: RegExp][] = [
  ['an abstract socket without the process in its name', /(['"`])\\0[a-z](?:(?!\$\{)[^'"`])*\1/gi],
  ['a path in /tmp without the process in its name', /(['"`])\/tmp\/(?:(?!\$\{)[^'"`])*\1/g],
  // A name that ends in a hyphen is what `mkdtemp()` begins with.
  ['a file in the temporary folder', /join\((?:os\.)?tmpdir\(\), '[^']*[^-']'\)/g],
  ['a port', /\b(?:port|listen)(?:: |\()(?!65536)\d{4,5}\b/g],
];

test.each(sharedNames)('no test uses %s', (_what, pattern) => {
  expect(testFiles().flatMap((file) => findIn(file, pattern))).toEqual([]);
});

test('the patterns find such names', () => {
  const texts = [`localAddr: '\\0name'`, `path = '/tmp/file'`, `path.join(tmpdir(), 'file')`, 'port: 8080'];
  for (const [index, [, pattern]] of sharedNames.entries()) expect(texts[index]).toMatch(pattern);
  expect(withPid('\\0name')).not.toMatch(sharedNames[0]![1]);
  expect(withPid('/tmp/file')).not.toMatch(sharedNames[1]![1]);
});

/** A template of a name and the process's id, as in a source. */
function withPid(name: string): string {
  return `\`${name}-$\{process.pid}\``;
}

function findIn(file: string, pattern: RegExp): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(pattern)].map((match) => `${path.relative(repository, file)}: ${match[0]}`);
}

function testFiles(): string[] {
  const packages = readdirSync(path.join(repository, 'packages')).map((folder) =>
    path.join('packages', folder, 'test'),
  );
  return [...packages, path.join('examples', 'test'), 'test'].flatMap((folder) =>
    filesIn(path.join(repository, folder)),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return /^(node_modules|build|\..*)$/.test(entry.name) ? [] : filesIn(path.join(folder, entry.name));
    const isTest = /\.(ts|mts|mjs)$/.test(entry.name) && entry.name !== 'shared-names.test.ts';
    return isTest ? [path.join(folder, entry.name)] : [];
  });
}
