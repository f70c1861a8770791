import { types } from 'node:util';

const PLACED = ['name', 'message', 'stack', 'cause', 'errors'];
/** Getters can make endless chains of causes. */
const MOST_ERRORS = 1000;

/**
 * An error as data that can be sent, with its class names, its causes and its own properties: the clone that the
 * platform makes of an error forgets its class and its properties.
 *
 * Errors refer to one another by their place in a list, so that cycles keep their shape, and chains may be long. It
 * never throws, whatever was thrown: proxies and getters that throw included.
 *
 * @param {unknown} thrown anything
 * @param {(value: unknown) => unknown} clone the value as it arrives; throws when it cannot be sent
 * @returns {{ root: object, errors: object[] }}
 */
export function encodeThrown(thrown, clone) {
  const places = new Map();
  const found = [];

  const encodeValue = (value) => {
    if (isError(value)) {
      if (places.has(value)) return { error: places.get(value) };
      if (found.length < MOST_ERRORS) {
        places.set(value, found.length);
        return { error: found.push(value) - 1 };
      }
    }
    try {
      return { value: clone(value) };
    } catch {
      return { lost: describe(value) };
    }
  };

  const root = encodeValue(thrown);
  const errors = [];
  // The list grows while it is iterated.
  for (const error of found) errors.push(encodeOne(error, encodeValue));
  return { root, errors };
}

function encodeOne(error, encodeValue) {
  const { cause, errors } = read(() => Object.getOwnPropertyDescriptors(error), {});
  return {
    classes: read(() => classNames(error), []),
    name: text(error, 'name'),
    message: text(error, 'message'),
    stack: text(error, 'stack'),
    cause: cause === undefined ? undefined : encodeValue(read(() => error.cause)),
    errors: errors === undefined ? undefined : read(() => [...error.errors].map(encodeValue)),
    properties: read(() => Object.keys(error), []).flatMap((key) => {
      if (PLACED.includes(key)) return [];
      const encoded = encodeValue(read(() => error[key], LOST));
      return 'lost' in encoded ? [] : [[key, encoded]];
    }),
  };
}

/** Stands for a property that cannot be read: it cannot be sent either. */
const LOST = Symbol('lost');

function read(get, fallback) {
  try {
    return get();
  } catch {
    return fallback;
  }
}

function isError(value) {
  return read(() => value instanceof Error || types.isNativeError(value), false);
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
  return read(() => (error[key] === undefined ? '' : String(error[key])), '');
}

function describe(value) {
  return read(() => String(value), `a value of type ${typeof value}`);
}
