import { types } from 'node:util';
import type { ExceptionContext } from '@bight/loop-abstract';

/** One entry of a trace, as JSON carries it. */
export type Entry = null | boolean | number | string | Entry[];

/** Notes what happened: called with the values of an entry. */
export interface Trace {
  (...values: unknown[]): void;
  /** The class of an error, under the name that both sides share. */
  kind(error: unknown): string;
  /** An exception handler's context: the first words of the message, the keys in order, the error. */
  context(context: ExceptionContext): [message: string, keys: string[], error: string | null];
  /**
   * A trace of its own for one of several parties whose order between each other is up to the operating system: the two
   * ends of a connection. What it notes comes after everything else, under its name, in the order of names.
   */
  lane(name: string): Trace;
  /** What was noted up to now; what is noted later is lost. */
  finish(): Entry[];
}

// Errors whose text the two languages word differently: only the class counts.
const wordedDifferently = new Set(['InvalidStateError', 'TimeoutError', 'TypeError']);

/** A new, empty trace. */
export function createTrace(): Trace {
  const entries: Entry[] = [];
  const lanes: [string, Trace][] = [];
  const trace = (...values: unknown[]): void => {
    entries.push(values.length === 1 ? plain(values[0]) : plain(values));
  };
  const lane = (name: string): Trace => {
    const own = createTrace();
    lanes.push([name, own]);
    return own;
  };
  const finish = (): Entry[] => {
    lanes.sort(([one], [other]) => (one < other ? -1 : 1));
    return [...entries, ...lanes.map(([name, own]) => [name, ...own.finish()])];
  };
  return Object.assign(trace, { kind, context: describeContext, lane, finish });
}

/** The class of an error, under the name that both sides share. */
export function kind(error: unknown): string {
  if (!isError(error)) return `not an error: ${String(error)}`;
  return isSystemError(error) ? 'OSError' : error.name;
}

/** Node's own errors come from outside of the realm in which jest runs tests. */
function isError(value: unknown): value is Error {
  return types.isNativeError(value);
}

/** Python has classes for these, Node has codes. */
function isSystemError(error: NodeJS.ErrnoException): error is NodeJS.ErrnoException & { code: string } {
  return error.name === 'Error' && typeof error.code === 'string';
}

/** An error as text: its class, and its message, code or parts. */
export function describe(error: Error): string {
  if (error instanceof AggregateError) return `AggregateError[${error.errors.map(describe).join(', ')}]`;
  if (wordedDifferently.has(kind(error))) return kind(error);
  if (isSystemError(error)) return `OSError(${describeCode(error.code)})`;
  return `${kind(error)}(${error.message})`;
}

// TLS and name resolution have codes of their own in either language: what counts is that it is one of them.
function describeCode(code: string): string {
  if (/^EAI_|^ENOTFOUND$/.test(code)) return 'name resolution';
  return /^E[A-Z0-9]+$/.test(code) ? code : 'TLS';
}

/** An exception handler's context: the first words of the message, the keys in order, the error. */
export function describeContext(
  context: ExceptionContext,
): [message: string, keys: string[], error: string | null] {
  const message = context.message.split(/\s+/).slice(0, 3).join(' ');
  const { exception } = context;
  const error = isError(exception) ? camelCase(describe(exception)) : null;
  return [camelCase(message), Object.keys(context), error];
}

/** A text with the names of methods as TypeScript has them, also where a scenario keeps Python's. */
function camelCase(text: string): string {
  return text.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The JSON form of a traced value. */
function plain(value: unknown): Entry {
  if (isError(value)) return describe(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  throw new TypeError(`cannot trace ${String(value)}`);
}
