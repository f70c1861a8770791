import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../../../test/support/extent.js';
import { bundle, runFile } from './support/child.js';

// FUZZ_ROUNDS=20 makes each of them this many times longer.
const rounds = Number(process.env.FUZZ_ROUNDS ?? 1);
const seeds = [1, 20_260_101, 2_147_483_647];

describe.each(sampleOf(seeds, 1))('with the seed %i', (seed) => {
  test('no argument of the binding brings the process down', () => {
    expect(runFile('test/fixtures/fuzz.ts', [seed, 20_000 * rounds])).toEqual({
      stdout: expect.stringMatching(/^\d+ of \d+ calls made sense\n$/),
      stderr: '',
      status: 0,
      signal: null,
    });
  });

  test('no sequence of calls of sockets and engines does', () => {
    expect(runFile('test/fixtures/fuzz-api.ts', [seed, 10_000 * rounds])).toEqual({
      stdout: 'enough calls made sense\n',
      stderr: '',
      status: 0,
      signal: null,
    });
  });

  test('no thread that is terminated in the middle of its calls does, or leaves a descriptor open', () => {
    const program = bundle('test/fixtures/fuzz-api.ts');
    expect(runFile('test/fixtures/fuzz-workers.ts', [seed, 8 * rounds, program])).toEqual({
      stdout: '0 descriptors more\n',
      stderr: '',
      status: 0,
      signal: null,
    });
  });
});
