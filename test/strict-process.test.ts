import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

let stderr = '';
let files: Report['testResults'] = [];

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-strict-'));
  try {
    const report = path.join(folder, 'report.json');
    const options = ['--runInBand', '--testMatch', '**/test/fixtures/*.fixture.ts'];
    const program = ['scripts/jest.mjs', ...options, '--json', '--outputFile', report];
    ({ stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' }));
    files = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);

const resultsOf = (file: RegExp) => files.filter(({ name }) => file.test(path.basename(name)));

test('unexpected warnings, unhandled rejections, swallowed expectations and open handles fail their test', () => {
  // Node prints none: unexpected ones fail their test with a stack, and expected ones are not printed.
  expect(stderr).not.toMatch(/^\(node:\d+\)/m);
  expect(stderr).toContain('Unexpected process warning: RuntimeWarning: oops');
  const assertions = resultsOf(/^strict-process/).flatMap((file) => file.assertionResults);
  expect(assertions).toHaveLength(14);
  for (const { title, status } of assertions) {
    expect(`${status}: ${title}`).toBe(`${title.startsWith('fails') ? 'failed' : 'passed'}: ${title}`);
  }
});

test('what a file leaves to several finalization registries fails this file', () => {
  const [{ message }] = resultsOf(/^collected/) as [Report['testResults'][0]];
  for (let index = 0; index < 5; index++) expect(message).toContain(`Warning: collected ${index}.`);
});

test('a registry that is dropped while it has callbacks to call does not end those of other registries', () => {
  const [{ assertionResults }] = resultsOf(/^dead-registry/) as [Report['testResults'][0]];
  expect(assertionResults.map(({ status }) => status)).toEqual(['passed']);
});

test('a warning that an earlier file caused names that file', () => {
  const messages = resultsOf(/^(first|second)-file/).flatMap(({ assertionResults }) =>
    assertionResults.map(({ failureMessages }) => failureMessages.join()),
  );
  expect(messages.toSorted()).toEqual([
    '',
    expect.stringMatching(
      /Unexpected process warning from .*(first|second)-file\.fixture\.ts, which ran before: Warning: late/,
    ),
  ]);
});
