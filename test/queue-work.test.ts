import { expect, test } from '@jest/globals';
import { runTypeScript } from './support/run-typescript.js';

/** Twice the length is to be twice the work; a heap's is a little more, and so are the steps in which arrays are renewed. */
const MOST = 2.6;

test('every queue does twice the work for twice the length', async () => {
  const { stdout, stderr } = await runTypeScript('test/programs/queue-work.ts');
  expect(stderr).toBe('');
  const { planted, ...works } = JSON.parse(stdout) as Record<string, [once: number, twice: number]>;
  expect(planted![1] / planted![0]).toBeGreaterThan(3.5);
  expect(Object.keys(works).length).toBeGreaterThan(10);
  const tooMuch = Object.entries(works).filter(([, [once, twice]]) => twice / once > MOST);
  expect(tooMuch).toEqual([]);
});
