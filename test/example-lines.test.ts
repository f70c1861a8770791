import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
// @ts-expect-error: a script has no types.
import { countedReadmes } from '../scripts/example-lines.mjs';

const root = path.join(__dirname, '..');

interface Readme {
  readonly file: string;
  readonly text: string;
  readonly counted: string;
}

// `node scripts/example-lines.mjs` writes the right numbers.
test.each(countedReadmes() as Readme[])('$file has the right numbers of lines', ({ text, counted }) => {
  expect(text).toBe(counted);
});

test('the pages about Raft have the right numbers of lines', () => {
  const folder = path.join(root, 'examples/src/raft');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const lines = (isSimulation: boolean) =>
    sources
      .filter((name) => name.startsWith(`simulation${path.sep}`) === isSimulation)
      .reduce((sum, name) => sum + readFileSync(path.join(folder, name), 'utf8').split('\n').length - 1, 0)
      .toLocaleString('en-US');
  const text = (file: string) => readFileSync(path.join(root, file), 'utf8').replaceAll(/\s+/g, ' ');
  expect(text('examples/src/raft/README.md')).toContain(
    `The program has ${lines(false)} lines, the simulation that finds its bugs ${lines(true)}.`,
  );
  expect(text('docs/raft.md')).toContain(
    `The program has ${lines(false)} lines, the simulation ${lines(true)}.`,
  );
});
