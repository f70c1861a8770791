import { writeFile } from 'node:fs/promises';
import { simulateCluster } from './cluster.js';
import { isWorthShowing } from './describe.js';
import type { Fault } from './fault.js';
import { clusterOf, hunt } from './hunt.js';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.js';

const EVENTS_DRAWN = 22;

/** The options of a report. */
export interface ReportOptions {
  readonly bug?: string;
  /** Whether it searches for all planted bugs, one after the other. */
  readonly all: boolean;
  readonly seeds: number;
  readonly first: number;
  readonly nodes?: number;
  /** The file for a sequence diagram of the failing seed. */
  readonly svg?: string;
}

/**
 * Searches for bugs, and prints the results.
 *
 * @returns whether the result is right: planted bugs are found, and none in the program itself
 */
export async function report({ bug, all, ...options }: ReportOptions): Promise<boolean> {
  if (bug !== undefined && !Object.hasOwn(PLANTED_BUGS, bug)) {
    console.error(`the bugs are: ${Object.keys(PLANTED_BUGS).join(', ')}`);
    return false;
  }
  const bugs = all ? (Object.keys(PLANTED_BUGS) as PlantedBug[]) : [bug as PlantedBug | undefined];
  let isAsExpected = true;
  for (const one of bugs)
    isAsExpected = (await reportOne(one, options)) === (one !== undefined) && isAsExpected;
  return isAsExpected;
}

/** @returns whether a failure was found */
async function reportOne(
  bug: PlantedBug | undefined,
  { seeds, first, nodes, svg }: Omit<ReportOptions, 'bug' | 'all'>,
): Promise<boolean> {
  console.log(bug ?? 'as it is');
  const onProgress = (tried: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${tried} of ${seeds} seeds `);
  };
  const found = await hunt({ bug, seeds, first, nodes, onProgress });
  if (found === null) {
    console.log(`  ${seeds} seeds: no failure`);
    return false;
  }
  const { seed, steps, planned, shrinks, error } = found;
  const options = clusterOf(seed, { bug, nodes });
  console.log(
    `  seed ${seed}, ${options.nodes} nodes: ${steps.length} of ${planned.length} faults left after ${shrinks} runs`,
  );
  for (const fault of steps) console.log(`    ${wordsFor(fault)}`);
  console.log(`  ${((error as Error).cause as Error).message}`);
  if (svg !== undefined) await draw(seed, steps, options, svg);
  return true;
}

function wordsFor({ after, since, kind, node }: Fault): string {
  const when = since === 'election' ? 'after the next election' : 'later';
  return `${after.toFixed(3)} s ${when}: ${kind} ${node === 'leader' ? 'the leader' : `n${node}`}`;
}

/** Draws the last events of a failing seed. */
async function draw(
  seed: number,
  steps: readonly Fault[],
  options: ReturnType<typeof clusterOf>,
  file: string,
): Promise<void> {
  let picture = '';
  const run = simulateCluster(seed, steps, {
    ...options,
    onEnd: (tap) => {
      const shown = new Set(tap.events({ filter: isWorthShowing }).slice(-EVENTS_DRAWN));
      picture = tap.svg({ filter: (event) => shown.has(event) });
    },
  });
  await run.catch(() => {});
  await writeFile(file, picture);
}
