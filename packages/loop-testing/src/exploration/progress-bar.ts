import type { ExploreProgress } from './explore.js';

// How often a line is written where standard error is no terminal.
const LINE_MS = 5000;

// By a name that bundlers do not follow: who wants no bar does not load it.
const LIBRARY: string = 'cli-progress';

/** What is used of the library. */
interface Library {
  readonly SingleBar: new (
    options: Record<string, unknown>,
  ) => {
    start(total: number, value: number, payload: object): void;
    update(value: number, payload: object): void;
    stop(): void;
  };
}

/** Shows how far a search is. */
export interface ProgressBar {
  update(progress: ExploreProgress): void;
  /** Leaves the last state on a line of its own. */
  stop(): void;
}

/**
 * Makes a bar on standard error: in a terminal one that moves, elsewhere a line every few seconds, and one at the end.
 *
 * @param seeds - how many seeds there are
 */
export async function createProgressBar(seeds: number): Promise<ProgressBar> {
  const { default: library } = (await import(LIBRARY)) as { default: Library };
  const bar = new library.SingleBar({
    stream: process.stderr,
    format: '{bar} {value} of {total} seeds, {seconds} s',
    // The terminal stays as it is when Ctrl-C ends the process.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    noTTYOutput: true,
    notTTYSchedule: LINE_MS,
  });
  bar.start(seeds, 0, { seconds: 0 });
  return {
    update: ({ tried, seconds }) => bar.update(tried, { seconds: Math.floor(seconds) }),
    stop: () => bar.stop(),
  };
}
