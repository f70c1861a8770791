import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runsOf, testSeed } from '../../../../test/support/extent.js';
import { CancellationMachine } from '../support/cancellation-machine.js';
import { type CancellationProgram, cancellationPrograms } from '../support/cancellation-program.js';
import { inLoop } from '../support/loops.js';

const runs = Number(process.env.CANCELLATION_RUNS ?? runsOf(5000, 100));
const seed = Number(process.env.CANCELLATION_SEED ?? testSeed);

async function violationsOf(program: CancellationProgram): Promise<readonly string[]> {
  return inLoop(async (loop) => {
    loop.setExceptionHandler(() => {});
    const machine = new CancellationMachine(program, loop);
    await machine.run();
    return machine.violations;
  });
}

test(`no cancel is lost, doubled or misdirected in ${runs} random programs (CANCELLATION_SEED=${seed})`, async () => {
  const property = fc.asyncProperty(cancellationPrograms, async (program) => {
    expect(await violationsOf(program)).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs, seed, unbiased: true });
}, 3_600_000);
