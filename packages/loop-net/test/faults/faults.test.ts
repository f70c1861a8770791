import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../../../test/support/debian.mjs';
import { runsWhole, sampleOf } from '../../../../test/support/extent.js';
import { type Built, buildFaultPrograms } from './build.js';
import { isHarmless } from './failures.js';
import { type Fault, Plan } from './plan.js';

/** What the program prints of one run. */
interface Report {
  readonly fault: Fault;
  readonly isInjected: boolean;
  /** Whether everything went as if nothing had failed. */
  readonly wentWell: boolean;
  readonly errors: readonly string[];
  readonly complaints: readonly string[];
}

interface Outcome {
  readonly reports: Report[];
  /** Crashes and hangs, one sentence each. */
  readonly ends: string[];
}

// The first and the last call of each kind fail, in each way; in the whole every single one.
const extent = process.env.FAULTS ?? (runsWhole ? 'all' : 'some');

let built: Built;
beforeAll(async () => {
  installDebianPackages({ gcc: 'gcc' });
  built = await buildFaultPrograms();
});
afterAll(() => rmSync(built.folder, { recursive: true, force: true }));

/** Runs the program until every fault has had its turn: one that ends the process is noted, and left behind. */
async function injectAll(loop: string, scenario: string): Promise<Outcome> {
  const outcome: Outcome = { reports: [], ends: [] };
  for (let first = 0; ; ) {
    const { lines, end } = await runProgram(loop, scenario, first);
    outcome.reports.push(...(lines.filter((line) => 'isInjected' in line) as unknown as Report[]));
    if (lines.some((line) => 'done' in line)) return outcome;
    const last = lines.findLast((line) => 'begins' in line);
    if (last === undefined)
      throw new Error(`${loop} cannot do ${scenario} at all: ${end} ${JSON.stringify(lines)}`);
    const said = lines.findLast((line) => 'hangs' in line || 'uncaught' in line);
    outcome.ends.push(`${JSON.stringify(last.fault)} ended the process: ${end} ${JSON.stringify(said)}`);
    first = (last.begins as number) + 1;
  }
}

function runProgram(
  loop: string,
  scenario: string,
  first: number,
): Promise<{ lines: Record<string, unknown>[]; end: string }> {
  const plan = path.join(built.folder, `${loop}-${scenario}.plan`);
  Plan.create(plan);
  const child = spawn(process.execPath, [built.program, loop, scenario, extent, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LD_PRELOAD: [process.env.LD_PRELOAD, built.shim].filter(Boolean).join(':'),
      FAULT_PLAN: plan,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const lines = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ lines, end: `${signal ?? `status ${status}`} ${stderr.slice(-1000)}` });
    });
  });
}

/** What is wrong with a run, one sentence each. */
function problemsOf(report: Report, isHidden: (fault: Fault) => boolean): string[] {
  const { fault, isInjected, wentWell, errors, complaints } = report;
  const what = `${fault.failure} of ${fault.call}() number ${fault.nth}`;
  const problems = complaints.map((complaint) => `${what}: ${complaint}`);
  if (!isInjected && fault.nth === 1) problems.push(`${what} never came`);
  if (isHarmless(fault)) {
    if (!wentWell) problems.push(`${what} was noticed: ${errors.join(', ')}`);
  } else if (!wentWell && !errors.includes(fault.failure) && !isHidden(fault)) {
    problems.push(`${what} was reported as ${errors.join(', ') || 'nothing'}`);
  }
  return problems;
}

/** libuv closes a connection that it has no descriptor for, and reports nothing. */
function libuvHides({ call, failure }: Fault): boolean {
  return call === 'accept4' && (failure === 'EMFILE' || failure === 'ENFILE');
}

const scenarios = ['tcp', 'unix', 'udp', 'sendfile'];
const loops = [
  { loop: 'proactor', isHidden: libuvHides, scenarios },
  // Sockets are what only the selector has.
  { loop: 'selector', isHidden: () => false, scenarios: [...scenarios, 'sockets'] },
];

describe.each(loops)('when a system call fails under the $loop loop', ({ loop, isHidden, scenarios }) => {
  // Whole, a scenario has more faults than in the sample.
  test.each(runsWhole ? scenarios : sampleOf(scenarios, 2))(
    'over %s nothing crashes, hangs or is left open, and the error is the right one',
    async (scenario) => {
      const { reports, ends } = await injectAll(loop, scenario);
      expect(ends).toEqual([]);
      expect(reports.flatMap((report) => problemsOf(report, isHidden))).toEqual([]);
      expect(reports.length).toBeGreaterThan(40);
    },
    3_600_000,
  );
});
