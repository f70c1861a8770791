import { randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { runFile } from './support/child.js';

test('no argument whatsoever brings the process down', () => {
  const seed = randomInt(2 ** 31);
  const outcome = runFile('test/fixtures/fuzz.ts', [String(seed), '20000']);
  expect({ seed, ...outcome }).toEqual({
    seed,
    stdout: expect.stringMatching(/^\d+ of 20000 calls made sense\n$/),
    stderr: '',
    status: 0,
    signal: null,
  });
});
