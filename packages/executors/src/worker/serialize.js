import v8 from 'node:v8';
import { dataCloneError } from './data-clone-error.js';

/**
 * A value as bytes, by the structured clone algorithm. Node's serializer throws a plain `Error` where threads throw a
 * `DataCloneError`.
 *
 * @param {unknown} value
 * @param {string} what what the value is, for the error's message
 * @returns {Buffer}
 * @throws {DOMException} a `DataCloneError` for what cannot be cloned: functions, symbols, promises
 */
export function toBytes(value, what) {
  try {
    return v8.serialize(value);
  } catch (error) {
    throw dataCloneError(`${what} cannot be sent`, error);
  }
}

/**
 * The value that became these bytes.
 *
 * @param {Uint8Array} bytes
 * @param {string} what what the value is, for the error's message
 * @returns {unknown}
 * @throws {DOMException} a `DataCloneError` for what this process cannot read
 */
export function fromBytes(bytes, what) {
  try {
    return v8.deserialize(bytes);
  } catch (error) {
    throw dataCloneError(`${what} cannot be read`, error);
  }
}
