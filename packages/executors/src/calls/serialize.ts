// @ts-expect-error: plain JavaScript, which the main files of workers run as it stands
import * as errors from '../worker/data-clone-error.js';
// @ts-expect-error: as above
import * as plain from '../worker/serialize.js';

/**
 * The error of a value that cannot be sent: a `DataCloneError`, also where the platform throws a plain `Error`.
 *
 * @param what - what could not be done
 * @param reason - what the platform threw
 */
export function dataCloneError(what: string, reason: unknown): DOMException {
  return errors.dataCloneError(what, reason) as DOMException;
}

/**
 * A value as bytes, by the structured clone algorithm.
 *
 * @param what - what the value is, for the error's message
 * @throws {DOMException} a `DataCloneError` for what cannot be cloned: functions, symbols, promises
 */
export function serialize(value: unknown, what: string): Buffer {
  return plain.toBytes(value, what) as Buffer;
}

/**
 * The value that became these bytes.
 *
 * @param what - what the value is, for the error's message
 * @throws {DOMException} a `DataCloneError` for what this process cannot read
 */
export function deserialize(bytes: Uint8Array, what: string): unknown {
  return plain.fromBytes(bytes, what);
}
