import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkSeconds,
  checkString,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';

/** What `submit()` may be given with a call. */
export interface SubmitOptions {
  /** The id of the job. A submission with the key of a job that is under way joins that job. */
  key?: string | null | undefined;
  /** How often the job is tried again after it has failed; 0 when not given. */
  retries?: number | null | undefined;
  /** **Seconds** before the first retry, doubled before each further one; 0 when not given. */
  backoff?: number | null | undefined;
  /**
   * **Seconds** that each try may take; then it is cancelled, and has failed with a `TimeoutError`. No limit when not
   * given.
   */
  timeout?: number | null | undefined;
  /**
   * From 1 to 2,097,151: jobs with lower numbers begin first. Those without one, or with 0, begin before all of these.
   */
  priority?: number | null | undefined;
  /** **Seconds** before the job may begin; 0 when not given. */
  delay?: number | null | undefined;
  /** Called with each value that the job passes to `currentJob().progress()`. */
  onProgress?: ((value: unknown) => unknown) | null | undefined;
  /** Texts that travel with the job, to `currentJob().headers`, beside those of a trace. */
  headers?: Readonly<Record<string, string>> | null | undefined;
}

/** The same, checked. */
export interface CheckedSubmitOptions {
  readonly key: string | null;
  readonly retries: number;
  readonly backoffMs: number;
  readonly timeoutSeconds: number | null;
  readonly priority: number;
  readonly delayMs: number;
  readonly onProgress: ((value: unknown) => unknown) | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The names of the options that all jobs of a `map()` may share. */
export const SHARED_OPTIONS = ['retries', 'backoff', 'timeout', 'priority', 'delay', 'headers'] as const;

const OPTIONS = ['key', ...SHARED_OPTIONS, 'onProgress'] as const;
const HIGHEST_PRIORITY = 2_097_151;
/** A hundred years, in seconds. */
const LONGEST = 100 * 365.25 * 86_400;
const NONE: CheckedSubmitOptions = Object.freeze({
  key: null,
  retries: 0,
  backoffMs: 0,
  timeoutSeconds: null,
  priority: 0,
  delayMs: 0,
  onProgress: null,
  headers: Object.freeze({}),
});

/**
 * Checks what `submit()` was given.
 *
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} for an impossible value
 */
export function checkSubmitOptions(options: SubmitOptions | null | undefined): CheckedSubmitOptions {
  if (options === undefined || options === null) return NONE;
  const given = checkOptions(options, OPTIONS);
  if (given.onProgress != null) checkCallback(given.onProgress, 'onProgress');
  return {
    key: checkKey(given.key),
    retries: checkInteger(given.retries ?? 0, 'retries', { min: 0 }),
    backoffMs: checkDuration(given.backoff ?? 0, 'backoff') * 1000,
    timeoutSeconds: checkTimeLimit(given.timeout),
    priority: checkInteger(given.priority ?? 0, 'priority', { min: 0, max: HIGHEST_PRIORITY }),
    delayMs: checkDuration(given.delay ?? 0, 'delay') * 1000,
    onProgress: given.onProgress ?? null,
    headers: checkHeaders(given.headers),
  };
}

/**
 * A finite number of seconds, 0 or more.
 *
 * @throws {TypeError} unless it is a number
 * @throws {ValueError} when it is negative, NaN, or more than a hundred years
 */
export function checkDuration(value: unknown, name: string): number {
  const seconds = checkSeconds(value, name);
  if (seconds < 0 || seconds > LONGEST) throw valueError(name, 'a number of seconds from 0 on', value);
  return seconds;
}

function checkTimeLimit(value: unknown): number | null {
  if (value === undefined || value === null || value === Number.POSITIVE_INFINITY) return null;
  const seconds = checkDuration(value, 'timeout');
  if (seconds === 0) throw valueError('timeout', 'more than 0 seconds', value);
  return seconds;
}

function checkKey(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (checkString(value, 'key') === '') throw valueError('key', 'a string that is not empty', value);
  return value as string;
}

/**
 * Texts by name.
 *
 * @throws {TypeError} unless it is an object whose values are strings
 */
export function checkHeaders(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return NONE.headers;
  if (typeof value !== 'object' || Array.isArray(value))
    throw typeError('headers', 'an object with strings', value);
  for (const [name, text] of Object.entries(value)) checkString(text, `headers.${name}`);
  return value as Readonly<Record<string, string>>;
}
