import type { Future } from './future.js';
import { forgetUnretrieved } from './unretrieved.js';

// The error into which another one was turned in flight; it is reported unless code retrieves it.
const records = new WeakMap<object, Future<never>>();
let isInUse = false;

/** Remembers what reports an error that was replaced in flight. @internal */
export function noteReplaced(error: Error, record: Future<never>): void {
  isInUse = true;
  records.set(error, record);
}

/**
 * An error ends a task, or something else that reports what no code retrieves: then it reports what the error is, and
 * what it has among its causes and members, too.
 *
 * @internal
 */
export function forgetReplaced(error: unknown, depth = 0): void {
  if (!isInUse || depth > 10 || typeof error !== 'object' || error === null) return;
  const record = records.get(error);
  if (record !== undefined) {
    forgetUnretrieved(record);
    return;
  }
  const { cause, errors, suppressed, error: later } = error as Record<string, unknown>;
  for (const part of [cause, suppressed, later, ...(Array.isArray(errors) ? errors : [])]) {
    forgetReplaced(part, depth + 1);
  }
}
