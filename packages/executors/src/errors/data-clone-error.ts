/**
 * The error of a value that cannot be sent: a `DataCloneError`, also where the platform throws a plain `Error`. The
 * worker's half is `worker/data-clone-error.js`.
 *
 * @param what - what could not be done
 * @param reason - what the platform threw
 */
export function dataCloneError(what: string, reason: unknown): DOMException {
  const { message } = Object(reason) as Partial<Error>;
  return new DOMException(`${what}: ${message ?? 'unknown'}`, 'DataCloneError');
}
