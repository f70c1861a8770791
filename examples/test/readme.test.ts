import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { repository } from '../../test/support/workspace.js';

test('the README of the examples lists all of them', () => {
  const folder = path.join(repository, 'examples');
  const files = readdirSync(path.join(folder, 'src')).filter((name) => name.endsWith('.ts'));
  const links = readFileSync(path.join(folder, 'README.md'), 'utf8').matchAll(/\]\(src\/([^)]+)\)/g);
  expect([...links].map(([, file]) => file).sort()).toEqual(files.sort());
});
