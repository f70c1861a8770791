import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { repository } from './support/workspace.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bight-api-'));
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: '@example/planted', version: '1.0.0' }),
  );
  mkdirSync(path.join(directory, 'etc'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/**
 * Runs the reports of a package with declarations, in turn: of each series it writes all but the last, and checks the
 * last one. The reports of all series are made by one process, since loading the extractor is what takes long.
 *
 * @returns the names of the reports that each series found out of date
 */
function changesOf(...series: string[][]): string[][] {
  const script = `
    import { writeFileSync } from 'node:fs';
    import { updateReports } from ${JSON.stringify(pathToFileURL(path.join(repository, 'scripts', 'api-reports.mjs')).href)};
    const directory = ${JSON.stringify(directory)};
    const all = ${JSON.stringify(series)}.map((texts) => {
      let changed;
      texts.forEach((text, index) => {
        writeFileSync(directory + '/index.d.ts', text);
        const entry = { name: 'planted', directory, declarations: directory + '/index.d.ts' };
        const typeRoots = [${JSON.stringify(path.join(repository, 'node_modules', '@types'))}];
        const options = { folder: directory + '/etc', scratch: directory + '/scratch', typeRoots, check: index === texts.length - 1 };
        changed = updateReports([entry], options);
      });
      return changed;
    });
    console.log(JSON.stringify(all));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as string[][];
}

const before = `
/** Adds. @param a - a number */
export declare function add(a: number): number;
/** A counter. */
export declare class Counter {
  /** @internal */
  secret: number;
  /** Counts. */
  count(): void;
}
`;

test('a change of the public surface makes a report stale, a change of comments and internals does not', () => {
  const report = path.join(directory, 'etc', 'planted.api.md');
  const inner = before.replace('secret: number', 'secret: string').replace('Counts.', 'Counts up.');
  const wider = before.replace('a: number', 'a: number | string');
  const more = `${before}\n/** More. */\nexport declare const more: number;\n`;
  expect(changesOf([before, inner], [before, wider], [before, more])).toEqual([[], ['planted'], ['planted']]);
  expect(readFileSync(report, 'utf8')).toContain('count(): void;');
  expect(readFileSync(report, 'utf8')).not.toContain('secret');
  // A check writes nothing.
  expect(readFileSync(report, 'utf8')).not.toContain('more');
});

test('the report of an entry point that is gone is stale', () => {
  writeFileSync(path.join(directory, 'etc', 'gone.api.md'), 'a report');
  expect(changesOf([before])).toEqual([['planted', 'gone']]);
});
