import type { EncodedError, EncodedValue, ErrorMessage } from '../calls/call-message.js';
import { classOf, type ErrorClass } from './error-classes.js';

/**
 * The error that a worker sent: of the same class where the class is known here, else of the nearest one that it
 * extends; with the worker's stack, the same causes and the same properties.
 *
 * @param message - what the worker sent
 * @param own - the caller's own classes, by name
 * @returns what was thrown there, usually an `Error`
 */
export function decodeError({ root, errors }: ErrorMessage, own: ReadonlyMap<string, ErrorClass>): unknown {
  // First all errors, then what they refer to: they may refer to one another in a circle.
  const made = errors.map((encoded) => create(encoded, own));
  const decode = (encoded: EncodedValue): unknown => {
    if ('error' in encoded) return made[encoded.error];
    return 'lost' in encoded ? encoded.lost : encoded.value;
  };
  errors.forEach((encoded, index) => {
    complete(made[index]!, encoded, decode);
  });
  if ('lost' in root) return new Error(`a value was thrown that cannot be sent: ${root.lost}`);
  return decode(root);
}

function create(encoded: EncodedError, own: ReadonlyMap<string, ErrorClass>): Error {
  if (encoded.classes.includes('DOMException')) return new DOMException(encoded.message, encoded.name);
  // An Error from its constructor and not just an object of the class: only that one is printed as an error.
  const error = new Error(encoded.message);
  const code = encoded.properties.find(([key]) => key === 'code')?.[1];
  const traits = { ...encoded, code: code !== undefined && 'value' in code ? code.value : undefined };
  Object.setPrototypeOf(error, classOf(traits, own).prototype);
  return error;
}

function complete(error: Error, encoded: EncodedError, decode: (value: EncodedValue) => unknown): void {
  hide(error, 'stack', encoded.stack);
  if (encoded.name !== error.name) hide(error, 'name', encoded.name);
  if (encoded.cause !== undefined) hide(error, 'cause', decode(encoded.cause));
  if (encoded.errors !== undefined) hide(error, 'errors', encoded.errors.map(decode));
  for (const [key, value] of encoded.properties) {
    Object.defineProperty(error, key, {
      value: decode(value),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** Sets a property as the language sets those of errors: not enumerable. */
function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
