import { nodeInternals } from '@bight/contextvars/low-level';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleOf } from '../support/extent.js';
import { expectLeftOpen } from '../support/process-events.js';
import { expectTrace } from './support/compare.js';
import { findPython, Oracle } from './support/oracle.js';
import { readRecorded } from './support/recorded.js';
import { scenarioNames, variantsOf } from './support/scenario.js';
import type { Entry } from './support/trace.js';
import { traced } from './support/traced.js';

/**
 * For these Node has no documented way (docs/node-internals.md): to bind without listening, and the descriptor of a
 * `net.Socket`.
 */
const needInternals = ['server/start-serving', 'tcp/sock'];

const names = scenarioNames();
const playable = nodeInternals() ? names : names.filter((name) => !needInternals.includes(name));
const recorded = readRecorded().scenarios;
const python = findPython();
/** Those that CPython runs as well, so that what was recorded is what it does today. */
const played = python === null ? [] : sampleOf(names, 30);
/** CPython runs one after the other, while our loops run those before. */
const live: Record<string, Promise<Entry[]>> = {};

if (python !== null) {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = new Oracle(python);
    for (const name of played) {
      live[name] = oracle.trace({ scenario: name });
      live[name].catch(() => {});
    }
  });
  afterAll(() => oracle.close());
}

describe('a scenario leaves the trace that CPython leaves', () => {
  test.each(playable)('%s', async (name) => {
    const expected = (await live[name]) ?? recorded[name];
    if (expected === undefined) throw new Error(`nothing recorded for ${name}: pnpm differential:record`);
    const variants = await variantsOf(name);
    const some = sampleOf(variants, Math.ceil(variants.length / 4), names.indexOf(name));
    for (const { style, loop, load, leftOpen } of some) {
      if (leftOpen !== undefined) expectLeftOpen(leftOpen);
      expectTrace(`${style} style, ${loop} loop`, await traced(await load(), { loop }), expected);
    }
  });
});

if (python !== null) {
  test('the recorded traces are those of today (else: pnpm differential:record)', async () => {
    for (const name of played) expect([name, recorded[name]]).toEqual([name, await live[name]]);
    expect(Object.keys(recorded).sort()).toEqual([...names].sort());
  });
}
