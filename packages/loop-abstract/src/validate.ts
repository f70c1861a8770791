import { ValueError } from '@bight/contextvars';
import { describeValue } from './describe-value.js';
import { refuseUnknownOptions } from './unknown-option.js';

export { describeValue } from './describe-value.js';
export { inspectAsText } from './inspect-as-text.js';
export { refuseUnknownOptions } from './unknown-option.js';

/**
 * The error for an argument of the wrong type.
 *
 * @param name - what the argument is called
 * @param expected - what it should be, after the words "must be"
 * @param value - what it is
 */
export function typeError(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, not ${describeValue(value)}`);
}

/**
 * The error for an argument of the right type and with an impossible value.
 *
 * @param name - what the argument is called
 * @param expected - what it should be, after the words "must be"
 * @param value - what it is
 */
export function valueError(name: string, expected: string, value: unknown): ValueError {
  return new ValueError(`${name} must be ${expected}, not ${describeValue(value)}`);
}

/**
 * A function to call back.
 *
 * @throws {TypeError} unless it can be called
 */
export function checkCallback(
  value: unknown,
  name = 'callback',
): asserts value is (...args: never[]) => unknown {
  if (typeof value !== 'function') throw typeError(name, 'a function', value);
}

/**
 * The arguments of a callback.
 *
 * @param value - an array; `null` and `undefined` mean no arguments
 * @throws {TypeError} unless it is one of these
 */
export function checkArgs(value: unknown, name = 'args'): readonly unknown[] {
  if (value === undefined || value === null) return NO_ARGS;
  if (!Array.isArray(value)) throw typeError(name, 'an array with the arguments of the callback', value);
  return value;
}

const NO_ARGS: readonly never[] = Object.freeze([]);

/**
 * A time or a duration in seconds: any number but NaN, infinite ones too.
 *
 * @throws {TypeError} unless it is a number
 * @throws {ValueError} when it is NaN
 */
export function checkSeconds(value: unknown, name: string): number {
  if (typeof value !== 'number') throw typeError(name, 'a number of seconds', value);
  if (Number.isNaN(value)) throw valueError(name, 'a number of seconds', value);
  return value;
}

/**
 * A time-out in seconds, or `null` for none.
 *
 * @param value - a number; `null` and `undefined` mean none
 * @throws {TypeError} unless it is one of these
 * @throws {ValueError} when it is NaN
 */
export function checkTimeout(value: unknown, name = 'timeout'): number | null {
  return value === undefined || value === null ? null : checkSeconds(value, name);
}

/**
 * An integer within bounds.
 *
 * @param bounds - `min` and `max`, both allowed values themselves; no limit where not given
 * @throws {TypeError} unless it is a number
 * @throws {ValueError} unless it is an integer within the bounds
 */
export function checkInteger(
  value: unknown,
  name: string,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number {
  const expected = describeRange(min, max);
  if (typeof value !== 'number') throw typeError(name, expected, value);
  if (!Number.isInteger(value) || value < min || value > max) throw valueError(name, expected, value);
  return value;
}

/**
 * How many items an executor's `map()` takes ahead of its results, or `null` for all of them at once.
 *
 * @param value - an integer of at least 1; `null` and `undefined` mean all
 * @throws {TypeError} unless it is an integer or one of these
 * @throws {ValueError} when it is below 1
 */
export function checkBufferSize(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value)) throw typeError('bufferSize', 'an integer of at least 1, or null', value);
  return checkInteger(value, 'bufferSize', { min: 1 });
}

function describeRange(min: number, max: number): string {
  const isOpenBelow = min === Number.MIN_SAFE_INTEGER;
  const isOpenAbove = max === Number.MAX_SAFE_INTEGER;
  if (isOpenBelow) return isOpenAbove ? 'an integer' : `an integer of at most ${max}`;
  return isOpenAbove ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`;
}

/**
 * The bytes of a `Buffer`, typed array or `DataView`, as a view of the same memory.
 *
 * @throws {TypeError} for anything else, a string above all
 */
export function checkBytes(value: unknown, name = 'data'): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw typeError(name, `bytes (a Buffer, typed array or DataView)${bytesHint(value)}`, value);
}

function bytesHint(value: unknown): string {
  if (typeof value === 'string') return ' such as Buffer.from(text)';
  if (value instanceof ArrayBuffer) return ' such as new Uint8Array(buffer)';
  return '';
}

/**
 * A string.
 *
 * @throws {TypeError} unless it is one
 */
export function checkString(value: unknown, name: string): string {
  if (typeof value !== 'string') throw typeError(name, 'a string', value);
  return value;
}

/**
 * An options object that has no options but those that are known.
 *
 * @param value - an object; `null` and `undefined` mean no options
 * @param known - the names of all options that there are
 * @throws {TypeError} unless it is one of these, and for an unknown option, which it names with the nearest known one
 */
export function checkOptions<O extends object>(
  value: O | null | undefined,
  known: readonly (keyof O & string)[],
  name = 'options',
): Partial<O> {
  if (value === undefined || value === null) return NO_OPTIONS;
  refuseUnknownOptions(checkOptionsObject(value, name), known);
  return value;
}

/**
 * {@link checkOptions} where there is one option: it costs next to nothing, for functions that are called millions of
 * times.
 *
 * @param value - an object; `null` and `undefined` mean no options
 * @param known - the name of the option
 * @throws {TypeError} as {@link checkOptions} does
 */
export function checkOption<O extends object>(
  value: O | null | undefined,
  known: keyof O & string,
): Partial<O> {
  if (value === undefined || value === null) return NO_OPTIONS;
  if (typeof value !== 'object' || Array.isArray(value)) return checkOptions(value, [known]);
  for (const name in value) {
    if (name !== known) return checkOptions(value, [known]);
  }
  return value;
}

/**
 * An options object that another function gets, which checks what is in it.
 *
 * @param value - an object; `null` and `undefined` mean no options
 * @throws {TypeError} unless it is one of these
 */
export function checkOptionsObject<O extends object>(
  value: O | null | undefined,
  name = 'options',
): Partial<O> {
  if (value === undefined || value === null) return NO_OPTIONS;
  if (typeof value !== 'object' || Array.isArray(value))
    throw typeError(name, 'an object with options', value);
  return value;
}

const NO_OPTIONS = Object.freeze({});

/**
 * The descriptor that a value stands for: the number itself, what `fileno()` returns, or the `fd` of a `FileHandle` or
 * stream.
 *
 * @param name - what the argument is called, for messages
 * @throws {TypeError} for a value that has none
 * @throws {ValueError} for a negative one: that of something closed
 */
export function descriptorOf(value: unknown, name: string): number {
  if (typeof value === 'number') return checkInteger(value, name, { min: 0, max: 0x7fffffff });
  const { fileno, fd } = Object(value) as { fileno?: unknown; fd?: unknown };
  if (typeof fileno === 'function')
    return checkInteger(fileno.call(value), `${name}.fileno()`, { min: 0, max: 0x7fffffff });
  if (typeof fd === 'number') return checkInteger(fd, `${name}.fd`, { min: 0, max: 0x7fffffff });
  throw typeError(name, 'a file descriptor, a FileHandle or an object with fileno()', value);
}
