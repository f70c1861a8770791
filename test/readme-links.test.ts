import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readPackages, repository } from './support/workspace.js';

/**
 * The pages of a package that npm shows or installs. Nothing lies beside them, and npm knows no repository for them.
 */
const pages = readPackages()
  .map(({ folder }) => path.join('packages', folder, 'README.md'))
  .concat(path.join('packages', 'sockets', 'native', 'README.md'));

test.each(pages)('%s links to nothing that is not on npm', (page) => {
  const text = readFileSync(path.join(repository, page), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  expect(targets.filter((target) => !/^(https:|#)/.test(target))).toEqual([]);
});
