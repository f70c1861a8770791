import type { Failure } from './failures.js';

/** What is known of a run that failed. */
export interface FailedRun {
  readonly seed: number;
  readonly run: number;
  readonly runs: number;
  readonly time: number;
  readonly host: string | null;
  readonly failures: readonly Failure[];
  readonly events: readonly string[];
  readonly heldFor: readonly string[];
  readonly command: string;
}

/** What `simulate()` throws when a run fails: the failure is its `cause`, and the seed replays it. */
export class SimulationError extends Error {
  /** What everything random in the run came from. */
  readonly seed: number;

  /** When the run ended: **seconds** of virtual time. */
  readonly time: number;

  /** The host whose code has failed; `null` where that is not known. */
  readonly host: string | null;

  /** What went wrong without reaching the test, in the order of time. */
  readonly failures: readonly Failure[];

  /** What has happened last in the world, one line each. */
  readonly events: readonly string[];

  /** The command that runs it again. */
  readonly command: string;

  /** Always `'ERR_SIMULATION'`. */
  readonly code: string = 'ERR_SIMULATION';

  /** @internal */
  constructor(cause: unknown, run: FailedRun) {
    super(describe(cause, run), { cause });
    const { seed, time, host, failures, events, command } = run;
    this.seed = seed;
    this.time = time;
    this.host = host;
    this.failures = failures;
    this.events = events;
    this.command = command;
  }

  static {
    Object.defineProperty(SimulationError.prototype, 'name', {
      value: 'SimulationError',
      configurable: true,
      writable: true,
    });
  }
}

function describe(
  cause: unknown,
  { seed, run, runs, time, host, failures, events, heldFor, command }: FailedRun,
): string {
  const which = runs === 1 ? '' : ` (run ${run} of ${runs})`;
  const where = host === null ? '' : ` on host ${host}`;
  const reported = failures.map((failure) => {
    const on = failure.host === null ? '' : ` on host ${failure.host}`;
    return `at ${failure.time} s${on}: ${failure.message}${causeOf(failure.error)}`;
  });
  const lines = [
    `failed with seed ${seed}${which} at ${time} s${where}; replay with { seed: ${seed} } or BIGHT_SEED=${seed}`,
    ...innerErrors(cause, '', new Set()),
    ...section('reported', reported),
    ...section('last events', events),
    ...(heldFor.length === 0
      ? []
      : [`the clock was held for real work, whose order no seed decides: ${heldFor.join(', ')}`]),
    `replay: ${command}`,
  ];
  return lines.join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function causeOf(error: unknown): string {
  return error === undefined || error === null ? '' : `: ${oneLine(error)}`;
}

function oneLine(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** An error, the errors inside, and what they were caused by. */
function innerErrors(error: unknown, indent: string, seen: Set<unknown>): string[] {
  if (seen.has(error)) return [];
  seen.add(error);
  const { cause, errors } = (error ?? {}) as { cause?: unknown; errors?: unknown };
  return [
    `${indent}${oneLine(error)}`,
    ...(Array.isArray(errors)
      ? errors.flatMap((one) => innerErrors(one, `${indent}  - `.replace(/- {2}- $/, '  - '), seen))
      : []),
    ...(cause === undefined || cause === null
      ? []
      : innerErrors(cause, `${indent}  caused by `.replace(/caused by {3}caused by /, '  caused by '), seen)),
  ];
}
