import { checkCallback, checkInteger, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { anySeed, Random } from '../random/random.js';
import { shrink } from './shrink.js';

// Taken at import: within a simulation the global ones are that simulation's.
const now = performance.now.bind(performance);

/** How {@link explore} looks for a failure. */
export interface ExploreOptions<S> {
  /** How many seeds are tried; by default 100. */
  seeds?: number;
  /** The first of them; by default another one each time. */
  first?: number;
  /** After how many **seconds** of real time no further seed is tried; by default there is no such limit. */
  until?: number;
  /** Makes the steps of a run, such as its faults, from random numbers; by default there are none. */
  plan?: (random: Random) => readonly S[];
  /** Runs with a seed and its steps; a run that rejects has failed. Usually it calls `simulate()`. */
  run: (seed: number, steps: readonly S[]) => PromiseLike<unknown>;
  /** How many runs the shortening of the steps may take; by default 200. */
  shrinks?: number;
  /** Called after each seed. */
  onProgress?: (progress: ExploreProgress) => void;
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
export interface FoundFailure<S> {
  /** The seed that fails. */
  readonly seed: number;
  /** The steps that were planned. */
  readonly planned: readonly S[];
  /** Those that are left when every step has been left out without which the run still fails. */
  readonly steps: readonly S[];
  /** What the run with these steps failed with. */
  readonly error: unknown;
  /** How many runs it took to leave steps out. */
  readonly shrinks: number;
}

/**
 * Tries one seed after the other until a run fails, and then leaves out of its steps what the failure does not need.
 *
 * The same seed with fewer steps is another run, but a similar one: each kind of fault, each host and each link has
 * random numbers of its own.
 *
 * @returns the failure, or `null` when no run has failed
 * @throws {TypeError | ValueError} for options that are not what they should be
 */
export async function explore<S = never>(options: ExploreOptions<S>): Promise<FoundFailure<S> | null> {
  const {
    plan = () => [],
    run,
    onProgress,
    ...given
  } = checkOptions(options, ['seeds', 'first', 'until', 'plan', 'run', 'shrinks', 'onProgress']);
  checkCallback(run, 'run');
  checkCallback(plan, 'plan');
  if (onProgress !== undefined) checkCallback(onProgress, 'onProgress');
  const seeds = checkInteger(given.seeds ?? 100, 'seeds', { min: 1 });
  const first = checkInteger(given.first ?? anySeed(), 'first');
  const until = checkSeconds(given.until ?? Number.POSITIVE_INFINITY, 'until');
  const shrinks = checkInteger(given.shrinks ?? 200, 'shrinks', { min: 0 });
  const began = now();
  const seconds = () => (now() - began) / 1000;
  for (let tried = 0; tried < seeds && seconds() < until; tried++) {
    const seed = first + tried;
    const planned = plan(Random.stream(seed, 'plan'));
    const fails = (steps: readonly S[]) => failureOf(run, seed, steps);
    const failure = await fails(planned);
    onProgress?.({ tried: tried + 1, seeds, seconds: seconds() });
    if (failure === null) continue;
    const { steps, failure: left, tries } = await shrink(planned, failure, fails, shrinks);
    return { seed, planned, steps, error: left.error, shrinks: tries };
  }
  return null;
}

async function failureOf<S>(
  run: ExploreOptions<S>['run'],
  seed: number,
  steps: readonly S[],
): Promise<{ error: unknown } | null> {
  try {
    await run(seed, steps);
    return null;
  } catch (error) {
    return { error };
  }
}
