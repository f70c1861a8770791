import { oneLine } from '../errors/one-line.js';
import type { Failure } from './failures.js';

// A fault that strikes on one host strikes on all, and what follows it is of less interest.
const MOST_LISTED = 20;

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
    ...section('reported', firstOf(reported)),
    ...section('last events', events),
    ...(heldFor.length === 0
      ? []
      : [`the clock was held for real work, whose order no seed decides: ${heldFor.join(', ')}`]),
    `replay: ${command}`,
  ];
  return lines.join('\n');
}

/** The first ones; `failures` has all. */
function firstOf(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LISTED) return lines;
  return [...lines.slice(0, MOST_LISTED), `… and ${lines.length - MOST_LISTED} more, in failures`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function causeOf(error: unknown): string {
  return error === undefined || error === null ? '' : `: ${oneLine(error)}`;
}

/** An error, the errors inside, and what they were caused by. Those that read alike stand there once. */
function innerErrors(error: unknown, indent: string, seen: Set<unknown>): string[] {
  if (seen.has(error)) return [];
  seen.add(error);
  const { cause, errors } = (error ?? {}) as { cause?: unknown; errors?: unknown };
  const inside = Array.isArray(errors)
    ? countAlike(
        errors.map((one) => innerErrors(one, `${indent}  - `.replace(/- {2}- $/, '  - '), seen).join('\n')),
      )
    : [];
  return [
    `${indent}${oneLine(error)}`,
    ...inside,
    ...(cause === undefined || cause === null
      ? []
      : innerErrors(cause, `${indent}  caused by `.replace(/caused by {3}caused by /, '  caused by '), seen)),
  ];
}

/** Different texts, each with the number of times it came, as far as there is room. */
function countAlike(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  const listed = [...counts]
    .slice(0, MOST_LISTED)
    .map(([text, count]) => (count === 1 ? text : text.replace(/(\n|$)/, ` (${count} times)$1`)));
  return counts.size <= MOST_LISTED ? listed : [...listed, `  … and ${counts.size - MOST_LISTED} other ones`];
}
