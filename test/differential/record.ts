// Records what CPython 3.11 leaves: `pnpm differential:record`, after a scenario or the interpreter has changed.
import fc from 'fast-check';
import { findPython, Oracle } from './support/oracle.js';
import { programs } from './support/random-program.js';
import { type Recorded, writeRecorded } from './support/recorded.js';
import { scenarioNames } from './support/scenario.js';

const PROGRAMS = 40;
const SEED = 311;

const python = findPython();
if (python === null) throw new Error('CPython 3.11 is needed: python3, python3.11, or $PYTHON');
const oracle = new Oracle(python);
const recorded: Recorded = { scenarios: {}, programs: [] };
for (const name of scenarioNames()) {
  recorded.scenarios[name] = await oracle.trace({ scenario: name });
}
for (const program of fc.sample(programs, { numRuns: PROGRAMS, seed: SEED, unbiased: true })) {
  recorded.programs.push({ program, trace: await oracle.trace({ program }) });
}
await oracle.close();
writeRecorded(recorded);
console.log(`recorded ${scenarioNames().length} scenarios and ${PROGRAMS} programs`);
