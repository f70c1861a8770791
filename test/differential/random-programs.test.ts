import path from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import fc from 'fast-check';
import { runsOf, sampleOf, testSeed } from '../support/extent.js';
import { expectTrace } from './support/compare.js';
import { importInGeneratorStyle } from './support/generator-twin.js';
import { mayHideACancel } from './support/hidden-cancels.js';
import * as asyncFunctions from './support/interpreter.js';
import type { Dialect } from './support/machine.js';
import { findPython, Oracle } from './support/oracle.js';
import type { Program } from './support/program.js';
import { programs } from './support/random-program.js';
import { readRecorded } from './support/recorded.js';
import { rig } from './support/rig.js';
import { bodyOf } from './support/run-program.js';
import type { Entry } from './support/trace.js';
import { traced } from './support/traced.js';
import type { LoopOptions } from './support/traced-policy.js';
import { withinUsing } from './support/within-using.js';

const interpreter = path.join(rig, 'support', 'interpreter.ts');

const microtasks = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await null;
};

type Dialects = Record<string, Dialect & Partial<LoopOptions>>;

const dialectsWith = (generatorFunctions: typeof asyncFunctions): Dialects => ({
  'async functions': { coroutines: [asyncFunctions] },
  'generator functions': { coroutines: [generatorFunctions] },
  'async and generator functions': { coroutines: [asyncFunctions, generatorFunctions] },
  'async functions with using': { coroutines: [asyncFunctions], within: withinUsing },
  'async functions that await nothing': { coroutines: [asyncFunctions], dawdle: microtasks },
  'one iteration at a time': { coroutines: [asyncFunctions, generatorFunctions], budget: { iterations: 1 } },
});
let dialects: Dialects;

beforeAll(async () => {
  dialects = dialectsWith(await importInGeneratorStyle<typeof asyncFunctions>(interpreter));
});

async function expectSameTrace(program: Program, expected: Entry[]): Promise<void> {
  for (const [how, { budget, ...dialect }] of Object.entries(dialects)) {
    if (dialect.within !== undefined && mayHideACancel(program)) continue;
    expectTrace(how, await traced(bodyOf(program, dialect), { loop: 'virtual', budget }), expected);
  }
}

describe('a recorded program leaves the trace that CPython left', () => {
  const numbered = readRecorded().programs.map((recorded, number) => ({ number, ...recorded }));
  test.each(sampleOf(numbered, 20))('program $number', ({ program, trace }) =>
    expectSameTrace(program, trace),
  );
});

const python = findPython();
if (python !== null) {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = new Oracle(python);
  });
  afterAll(() => oracle.close());

  const runs = Number(process.env.DIFFERENTIAL_RUNS ?? runsOf(200, 25));
  const seed = Number(process.env.DIFFERENTIAL_SEED ?? testSeed);

  test(`${runs} random programs leave the trace that CPython leaves (DIFFERENTIAL_SEED=${seed})`, async () => {
    const property = fc.asyncProperty(programs, async (program) => {
      await expectSameTrace(program, await oracle.trace({ program }));
    });
    await fc.assert(property, { numRuns: runs, seed, unbiased: true });
  }, 600_000);
}
