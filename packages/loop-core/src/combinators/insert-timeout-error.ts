import { CancelledError, TimeoutError } from '@bight/loop-abstract';

/**
 * Inserts a TimeoutError before the CancelledError from which code has made its error, so that the chain of causes
 * shows the time-out: of the error itself and of each member of an AggregateError.
 *
 * @python asyncio.Timeout (3.14)
 * @internal
 */
export function insertTimeoutError(error: unknown): void {
  insertBeforeCancel(error);
  if (error instanceof AggregateError) error.errors.forEach(insertBeforeCancel);
}

function insertBeforeCancel(error: unknown): void {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    const { cause } = at;
    if (!(cause instanceof CancelledError)) continue;
    if (Object.isFrozen(at)) return;
    Object.defineProperty(at, 'cause', {
      value: new TimeoutError(undefined, { cause }),
      configurable: true,
      writable: true,
    });
    return;
  }
}
