import type { ExceptionContext } from '@bight/loop-abstract';

/** One entry of a trace, as JSON carries it. */
export type Entry = null | boolean | number | string | Entry[];

/** Notes what happened: called with the values that say so. */
export interface Trace {
  (...values: unknown[]): void;
  /** The class of an error, under the name that both sides share. */
  kind(error: unknown): string;
  /** An exception handler's context: the first words of the message, the keys in order, the error. */
  context(context: ExceptionContext): [message: string, keys: string[], error: string | null];
  /** What was noted so far. */
  readonly entries: Entry[];
}

// Errors whose text the two languages word differently: only the class counts.
const wordedDifferently = new Set(['InvalidStateError', 'TimeoutError', 'TypeError']);

/** A new, empty trace. */
export function createTrace(): Trace {
  const entries: Entry[] = [];
  const trace = (...values: unknown[]): void => {
    entries.push(values.length === 1 ? plain(values[0]) : plain(values));
  };
  return Object.assign(trace, { kind, context: describeContext, entries });
}

/** The class of an error, under the name that both sides share. */
export function kind(error: unknown): string {
  return error instanceof Error ? error.name : `not an error: ${String(error)}`;
}

/** An error as text: its class, and its message or its parts. */
export function describe(error: Error): string {
  if (error instanceof AggregateError) return `AggregateError[${error.errors.map(describe).join(', ')}]`;
  if (wordedDifferently.has(kind(error))) return kind(error);
  return `${kind(error)}(${error.message})`;
}

/** An exception handler's context: the first words of the message, the keys in order, the error. */
export function describeContext(
  context: ExceptionContext,
): [message: string, keys: string[], error: string | null] {
  const message = context.message.split(/\s+/).slice(0, 3).join(' ');
  const { exception } = context;
  return [message, Object.keys(context), exception instanceof Error ? describe(exception) : null];
}

/** The JSON form of a traced value. */
function plain(value: unknown): Entry {
  if (value instanceof Error) return describe(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  throw new TypeError(`cannot trace ${String(value)}`);
}
