import { expect, test } from '@jest/globals';
import { runTypeScript } from './support/run-typescript.js';

/**
 * Twice the length should be twice the work; a heap's is a little more, and so is the growth of arrays.
 */
const MOST = 2.6;
/** Each item costs at least one unit of work: less means that nothing was counted. */
const LEAST = 2000;

test('every queue does twice the work for twice the length', async () => {
  const { stdout, stderr } = await runTypeScript('test/programs/queue-work.ts', {
    // It does nothing but compute.
    timeoutSeconds: 500,
  });
  expect(stderr).toBe('');
  const works = Object.entries(JSON.parse(stdout) as Record<string, [once: number, twice: number]>);
  expect(works.length).toBeGreaterThan(30);
  expect(works.filter(([, [once]]) => once < LEAST)).toEqual([]);
  const tooMuch = works.filter(([, [once, twice]]) => twice / once > MOST);
  expect(tooMuch.map(([name]) => name)).toEqual([
    'planted: elements that are moved',
    'planted: elements that are looked at',
  ]);
}, 600_000);
