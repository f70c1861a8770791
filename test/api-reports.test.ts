import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repository } from './support/workspace.js';

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
const inner = before.replace('secret: number', 'secret: string').replace('Counts.', 'Counts up.');
const wider = before.replace('a: number', 'a: number | string');
const more = `${before}\n/** More. */\nexport declare const more: number;\n`;

const directory = mkdtempSync(path.join(tmpdir(), 'bight-api-'));
const etc = path.join(directory, 'etc');
const report = path.join(etc, 'planted.api.md');

let changes: { ofSeries: string[][]; ofGone: string[] };
let planted: string;

// One process for all tests: to load the extractor is what takes long.
beforeAll(() => {
  const manifest = { name: '@example/planted', version: '1.0.0' };
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify(manifest));
  // What is planted needs no types of Node.js, and these take long to read.
  mkdirSync(path.join(directory, 'types', 'node'), { recursive: true });
  writeFileSync(path.join(directory, 'types', 'node', 'index.d.ts'), 'export {};\n');
  mkdirSync(etc);
  changes = changesOf([before, inner], [before, wider], [before, more]);
  planted = readFileSync(report, 'utf8');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/**
 * Runs the reports of a package with declarations, in turn: of each series it writes all but the last, and checks the
 * last one. Then it checks the last again, with the report of an entry point that is gone.
 *
 * @returns the names of the reports that were found out of date
 */
function changesOf(...series: string[][]): { ofSeries: string[][]; ofGone: string[] } {
  const script = `
    import { writeFileSync } from 'node:fs';
    import { updateReports } from ${JSON.stringify(pathToFileURL(path.join(repository, 'scripts', 'api-reports.mjs')).href)};
    const directory = ${JSON.stringify(directory)};
    const entry = { name: 'planted', directory, declarations: directory + '/index.d.ts' };
    const options = { folder: directory + '/etc', scratch: directory + '/scratch', typeRoots: [directory + '/types'] };
    const reports = (text, check) => {
      writeFileSync(entry.declarations, text);
      return updateReports([entry], { ...options, check });
    };
    const ofSeries = ${JSON.stringify(series)}.map((texts) =>
      texts.map((text, index) => reports(text, index === texts.length - 1)).at(-1));
    writeFileSync(directory + '/etc/gone.api.md', 'a report');
    const ofGone = reports(${JSON.stringify(before)}, true);
    console.log(JSON.stringify({ ofSeries, ofGone }));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

test('a change of the public surface makes a report stale, a change of comments and internals does not', () => {
  expect(changes.ofSeries).toEqual([[], ['planted'], ['planted']]);
  expect(planted).toContain('count(): void;');
  expect(planted).not.toContain('secret');
  // A check writes nothing.
  expect(planted).not.toContain('more');
});

test('the report of an entry point that is gone is stale', () => {
  expect(changes.ofGone).toEqual(['gone']);
});
