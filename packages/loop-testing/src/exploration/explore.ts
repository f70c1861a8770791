import { availableParallelism } from 'node:os';
import { isTaskReference } from '@bight/executors/low-level';
import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkSeconds,
  typeError,
} from '@bight/loop-abstract/validate';
import { anySeed, Random } from '../random/random.js';
import { createProgressBar } from './progress-bar.js';
import { type RunFunction, type RunReference, type Runs, runsOf } from './runs.js';
import { type Scenario, Shrinker } from './shrink.js';

// Taken at import: within a simulation the global ones are that simulation's.
const now = performance.now.bind(performance);

/** How {@link explore} looks for a failure. */
export interface ExploreOptions<S, N extends string = never> {
  /** How many seeds are tried; by default 100. */
  seeds?: number;
  /** The first of them; by default another one each time. */
  first?: number;
  /** After how many **seconds** of real time no further seed is tried; by default there is no such limit. */
  until?: number;
  /**
   * The numbers of a run, such as those of its hosts or of its seconds, by name: what each is, and what it may be at
   * least when a failure is made smaller; integers. By default there are none.
   */
  size?: Readonly<Record<N, SizeRange>>;
  /** Makes the steps of a run, such as its faults, from random numbers; by default there are none. */
  plan?: (random: Random, size: Readonly<Record<N, number>>) => readonly S[];
  /**
   * Runs with a seed, its steps and its numbers; a run that rejects has failed. Usually it calls `simulate()`. A
   * reference that `taskFrom()` of `@bight/executors` has made runs in threads. A step that concerns a host which is
   * not there any more has to do nothing.
   */
  run: RunFunction<S, N> | RunReference<S, N>;
  /** In how many threads, for a reference; by default as many as the machine runs at once. */
  threads?: number;
  /** How many runs it may take to make the failure smaller; by default 200. */
  shrinks?: number;
  /**
   * Whether standard error shows how far the search is: with a bar in a terminal, with a line now and then elsewhere;
   * by default not.
   */
  progress?: boolean;
  /** Called after each seed. */
  onProgress?: (progress: ExploreProgress) => void;
  /** Ends the search: threads are ended at once, a run in this thread is left to itself. */
  signal?: AbortSignal;
}

/** One of the numbers of a run. */
export interface SizeRange {
  /** What it is. */
  readonly is: number;
  /** What it is at least in a smaller run; by default 1. */
  readonly least?: number;
}

/** How far {@link explore} has come. */
export interface ExploreProgress {
  /** How many seeds have been tried. */
  readonly tried: number;
  /** How many there are. */
  readonly seeds: number;
  /** For how many **seconds** of real time. */
  readonly seconds: number;
}

/** A failure that {@link explore} has found. */
export interface FoundFailure<S, N extends string = never> {
  /** The seed that fails: the first one of all. */
  readonly seed: number;
  /** The steps that were planned. */
  readonly planned: readonly S[];
  /** Those that are left when every step has been left out without which the run still fails. */
  readonly steps: readonly S[];
  /** The numbers, made as small as the failure allows. */
  readonly size: Readonly<Record<N, number>>;
  /** What the run with these steps and numbers failed with. */
  readonly error: unknown;
  /** How many runs it took to make it smaller. */
  readonly shrinks: number;
}

interface Failed {
  readonly error: unknown;
}

interface Found<S, N extends string> {
  readonly index: number;
  readonly scenario: Scenario<S, N>;
  readonly failure: Failed;
}

/**
 * Tries one seed after the other until a run fails, and then makes the run smaller: leaves out the steps that the
 * failure does not need, and lowers the numbers (of hosts, of seconds).
 *
 * The same seed with fewer steps is another run, but a similar one: each kind of fault, each host and each link has
 * random numbers of its own. With threads the outcome is the same as without them, unless `until` ends the search.
 *
 * @returns the failure, or `null` when no run has failed
 * @throws {TypeError | ValueError} for options that are not what they should be
 * @throws the reason of `signal`; what a module throws that cannot be loaded
 */
export async function explore<S = never, N extends string = never>(
  options: ExploreOptions<S, N>,
): Promise<FoundFailure<S, N> | null> {
  const { signal, shrinks, ...search } = checked(options);
  signal?.throwIfAborted();
  const { runs, firstSeed, smallest } = search;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
  });
  // A failure that comes after the search is over is not reported.
  aborted.catch(() => {});
  try {
    await Promise.race([runs.start(), aborted]);
    const found = await Promise.race([firstFailure(search, signal), aborted]);
    if (found === null) return null;
    const seed = firstSeed + found.index;
    const shrinker = new Shrinker(
      found,
      smallest,
      ({ steps, size }) => failureOf(runs, seed, steps, size),
      shrinks,
    );
    const { scenario, failure } = await Promise.race([shrinker.run(), aborted]);
    const planned = found.scenario.steps;
    return { seed, planned, ...scenario, error: failure.error, shrinks: shrinker.tries };
  } finally {
    signal?.removeEventListener('abort', abort);
    await runs.close();
  }
}

/** Options, filled in. */
interface Search<S, N extends string> {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly until: number;
  readonly size: Readonly<Record<N, number>>;
  readonly smallest: Readonly<Record<N, number>>;
  readonly plan: (random: Random, size: Readonly<Record<N, number>>) => readonly S[];
  readonly runs: Runs<S, N>;
  readonly threads: number;
  readonly showsProgress: boolean;
  readonly onProgress: ((progress: ExploreProgress) => void) | undefined;
}

const OPTIONS = [
  'seeds',
  'first',
  'until',
  'size',
  'plan',
  'run',
  'threads',
  'shrinks',
  'progress',
  'onProgress',
  'signal',
] as const;

function checked<S, N extends string>(
  options: ExploreOptions<S, N>,
): Search<S, N> & { readonly signal: AbortSignal | undefined; readonly shrinks: number } {
  const { plan = () => [], run, onProgress, signal, ...given } = checkOptions(options, OPTIONS);
  checkCallback(plan, 'plan');
  if (onProgress !== undefined) checkCallback(onProgress, 'onProgress');
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw typeError('signal', 'an AbortSignal', signal);
  }
  const { size, smallest } = checkSize(given.size);
  const runs = run as ExploreOptions<S, N>['run'];
  const usual = isTaskReference(run) ? availableParallelism() : 1;
  const threads = checkInteger(given.threads ?? usual, 'threads', { min: 1 });
  return {
    seeds: checkInteger(given.seeds ?? 100, 'seeds', { min: 1 }),
    firstSeed: checkInteger(given.first ?? anySeed(), 'first'),
    until: checkSeconds(given.until ?? Number.POSITIVE_INFINITY, 'until'),
    shrinks: checkInteger(given.shrinks ?? 200, 'shrinks', { min: 0 }),
    showsProgress: given.progress ?? false,
    size,
    smallest,
    plan,
    runs: runsOf(runs, threads),
    threads,
    onProgress,
    signal,
  };
}

function checkSize<N extends string>(ranges: Readonly<Record<N, SizeRange>> | undefined) {
  const size = {} as Record<N, number>;
  const smallest = {} as Record<N, number>;
  for (const [name, range] of Object.entries(ranges ?? {}) as [N, SizeRange][]) {
    const { is, least = 1 } = checkOptions(range, ['is', 'least'], `size.${name}`);
    smallest[name] = checkInteger(least, `size.${name}.least`);
    size[name] = checkInteger(is as number, `size.${name}.is`, { min: least });
  }
  return { size, smallest };
}

/** The first seed that fails, whichever thread is done first: those before it are tried to their end. */
async function firstFailure<S, N extends string>(
  search: Search<S, N>,
  signal: AbortSignal | undefined,
): Promise<Found<S, N> | null> {
  const { seeds, firstSeed, until, size, plan, runs, threads, onProgress } = search;
  const began = now();
  const seconds = () => (now() - began) / 1000;
  const bar = search.showsProgress ? await createProgressBar(seeds) : null;
  // A run in this thread may go on.
  const stop = () => bar?.stop();
  signal?.addEventListener('abort', stop, { once: true });
  let next = 0;
  let tried = 0;
  const found: Found<S, N>[] = [];
  const tryOn = async () => {
    while (next < seeds && found.length === 0 && seconds() < until && !signal?.aborted) {
      const index = next++;
      const scenario = { steps: plan(Random.stream(firstSeed + index, 'plan'), size), size };
      const failure = await failureOf(runs, firstSeed + index, scenario.steps, size);
      if (signal?.aborted) return;
      if (failure !== null) found.push({ index, scenario, failure });
      const progress = { tried: ++tried, seeds, seconds: seconds() };
      bar?.update(progress);
      onProgress?.(progress);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, tryOn));
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
  return found.sort((one, other) => one.index - other.index)[0] ?? null;
}

async function failureOf<S, N extends string>(
  { run }: Runs<S, N>,
  seed: number,
  steps: readonly S[],
  size: Readonly<Record<N, number>>,
): Promise<Failed | null> {
  try {
    await run(seed, steps, size);
    return null;
  } catch (error) {
    return { error };
  }
}
