import { CancelledError, SignalInterrupt, TimeoutError } from '@bight/loop-abstract';

// The reasons of our signals: an error that foreign code derives from one of them still counts as the cancel.
const reasons = new WeakSet<Error>();

/**
 * Remembers an error that foreign code gets of a cancel, as the reason of a signal or as what ends a connection: an
 * error that this code makes of it, with it as the `cause`, still counts as the cancel.
 */
export function noteSignalReason(error: CancelledError): void {
  reasons.add(error);
}

/**
 * The CancelledError behind an error: the error itself, or the one from which foreign code has made it, such as the
 * `AbortError` that Node's functions throw. `null` for every other error, also for one that the user's code has made of
 * a CancelledError that it caught: that is an error of its own, as in Python.
 *
 * @internal
 */
export function cancelBehind(error: unknown): CancelledError | null {
  if (error instanceof CancelledError) return error;
  if (!(error instanceof Error) && (error as Error | null)?.name !== 'AbortError') return null;
  if (error instanceof AggregateError) return cancelBehindAll(error.errors);
  // The end of an `await using` block that had to wait while it was being left by a cancel.
  if (isSuppressedError(error)) return cancelBehindAll([error.error, error.suppressed]);
  if (isTurned(error)) return null;
  const isAbort = (error as Error).name === 'AbortError';
  for (const cause of causesOf(error as Error)) {
    if (isTurned(cause)) return null;
    if (cause instanceof CancelledError && (isAbort || reasons.has(cause))) return cause;
  }
  return null;
}

/** By name: Node 20 and 22 have no such class, and compilers make one of their own. */
function isSuppressedError(error: unknown): error is Error & { error: unknown; suppressed: unknown } {
  return (
    (error as Error).name === 'SuppressedError' &&
    'error' in (error as Error) &&
    'suppressed' in (error as Error)
  );
}

/** A cancel ends with the error that this library made of it. */
function isTurned(error: unknown): boolean {
  return error instanceof TimeoutError || error instanceof SignalInterrupt;
}

/** Of several errors, for instance those of `Promise.any()`: they are a cancel if each of them is. */
function cancelBehindAll(errors: readonly unknown[]): CancelledError | null {
  const cancels = errors.map(cancelBehind);
  return cancels.includes(null) ? null : (cancels[0] ?? null);
}

/** The chain of causes of an error, without itself; a circle ends. @internal */
export function* causesOf(error: Error): Generator<unknown, void> {
  const seen = new Set<unknown>([error]);
  for (let cause = error.cause; typeof cause === 'object' && cause !== null && !seen.has(cause); ) {
    seen.add(cause);
    yield cause;
    cause = (cause as Error).cause;
  }
}
