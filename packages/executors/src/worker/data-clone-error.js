/**
 * The error of a value that cannot be sent: a `DataCloneError`, also where the platform throws a plain `Error`.
 *
 * @param {string} what what could not be done
 * @param {unknown} reason what the platform threw
 * @returns {DOMException}
 */
export function dataCloneError(what, reason) {
  return new DOMException(`${what}: ${Object(reason).message ?? 'unknown'}`, 'DataCloneError');
}
