import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';

interface Report {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

test('unexpected warnings, unhandled rejections, swallowed expectations and open handles fail their test', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-strict-'));
  try {
    const report = path.join(folder, 'report.json');
    const options = ['--testMatch', '**/strict-process.fixture.ts', '--json', '--outputFile', report];
    const { stderr } = spawnSync(process.execPath, ['scripts/jest.mjs', ...options], { encoding: 'utf8' });
    // Node prints none: the unexpected ones fail their test with a stack, and the expected ones are no news.
    expect(stderr).not.toMatch(/^\(node:\d+\)/m);
    expect(stderr).toContain('Unexpected process warning: RuntimeWarning: oops');
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const assertions = testResults.flatMap((file) => file.assertionResults);
    expect(assertions).toHaveLength(14);
    for (const { title, status } of assertions) {
      expect(`${status}: ${title}`).toBe(`${title.startsWith('fails') ? 'failed' : 'passed'}: ${title}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
