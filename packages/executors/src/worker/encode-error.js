import { types } from 'node:util';

const PLACED = ['name', 'message', 'stack', 'cause', 'errors'];

/**
 * An error as data that can be cloned, with its class names, its causes and its own properties: the clone that the
 * platform makes of an error forgets its class and its properties.
 *
 * Errors refer to one another by their place in a list, so that cycles keep their shape.
 *
 * @param {unknown} thrown anything
 * @param {(value: unknown) => boolean} canClone whether the value can be sent
 * @returns {{ root: object, errors: object[] }}
 */
export function encodeError(thrown, canClone) {
  const places = new Map();
  const errors = [];

  const encodeValue = (value) => {
    if (isError(value)) return { error: place(value) };
    return canClone(value) ? { value } : { lost: describe(value) };
  };

  const place = (error) => {
    const known = places.get(error);
    if (known !== undefined) return known;
    const index = errors.length;
    places.set(error, index);
    const data = {};
    errors.push(data);
    Object.assign(data, {
      classes: classNames(error),
      name: text(error, 'name'),
      message: text(error, 'message'),
      stack: text(error, 'stack'),
      cause: Object.hasOwn(error, 'cause') ? encodeValue(error.cause) : undefined,
      errors: Array.isArray(error.errors) ? error.errors.map(encodeValue) : undefined,
      properties: ownProperties(error).flatMap(([key, value]) => {
        const encoded = encodeValue(value);
        return 'lost' in encoded ? [] : [[key, encoded]];
      }),
    });
    return index;
  };

  return { root: encodeValue(thrown), errors };
}

function isError(value) {
  return value instanceof Error || types.isNativeError(value);
}

/** The names of the error's classes, the most special one first. */
function classNames(error) {
  const names = [];
  for (
    let prototype = Object.getPrototypeOf(error);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const name = Object.hasOwn(prototype, 'constructor') ? prototype.constructor?.name : undefined;
    if (typeof name === 'string' && name !== '' && name !== 'Object') names.push(name);
  }
  return names;
}

function text(error, key) {
  try {
    const value = error[key];
    return value === undefined ? '' : String(value);
  } catch {
    return '';
  }
}

/** The properties that somebody put on the error, getters read. */
function ownProperties(error) {
  return Object.keys(error).flatMap((key) => {
    if (PLACED.includes(key)) return [];
    try {
      return [[key, error[key]]];
    } catch {
      return [];
    }
  });
}

function describe(value) {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
