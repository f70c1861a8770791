import * as abstract from '@bight/loop-abstract';

/** What was thrown, in a form that survives the way to another thread. */
export type WireError =
  | {
      readonly kind: 'error';
      readonly className: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly cause: WireError | undefined;
      readonly errors: WireError[] | undefined;
      readonly properties: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'value'; readonly value: unknown };

type AnyClass = abstract new (...args: never[]) => object;

const LANGUAGE = [
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];

const LANGUAGE_NAMES = new Set(LANGUAGE.map(({ name }) => name));

// By the name that their prototype has: a bundler may have changed that of the class.
const classes = new Map<string, AnyClass>(
  [...LANGUAGE, ...Object.values(abstract)].flatMap((value) => {
    const { prototype } = value as { prototype?: unknown };
    const isErrorClass = typeof value === 'function' && (value === Error || prototype instanceof Error);
    return isErrorClass ? [[(prototype as Error).name, value as AnyClass]] : [];
  }),
);

// A cause may lead back to the error.
const DEEPEST = 8;

/** Takes apart what was thrown. */
export function encodeError(error: unknown, depth = 0): WireError {
  if (!isError(error)) return { kind: 'value', value: error };
  const { message, stack, name, cause, errors, ...properties } = error as Error & { errors?: unknown };
  const deeper = (inner: unknown) => encodeError(inner, depth + 1);
  const keepsCauses = depth < DEEPEST;
  return {
    kind: 'error',
    className: classNameOf(error),
    name: String(name),
    message: String(message),
    stack,
    cause: keepsCauses && cause !== undefined ? deeper(cause) : undefined,
    errors: keepsCauses && Array.isArray(errors) ? errors.map(deeper) : undefined,
    properties,
  };
}

// By tag rather than by instanceof: the platform's own errors may be of another realm.
function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Error]' || tag === '[object DOMException]';
}

/** The nearest class that the other thread knows, too. */
function classNameOf(error: Error): string {
  for (
    let level: object | null = error;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    // That of a DOMException is a getter, which throws on a prototype.
    const name: unknown = Object.getOwnPropertyDescriptor(level, 'name')?.value;
    if (typeof name !== 'string') continue;
    if (LANGUAGE_NAMES.has(name) || error instanceof (classes.get(name) ?? Never)) return name;
  }
  return Object.prototype.toString.call(error) === '[object DOMException]' ? 'DOMException' : 'Error';
}

class Never {}

/** What cannot be sent is left out: better an error without some of its properties than none. */
export function withoutObjects(error: WireError): WireError {
  if (error.kind === 'value') return encodeError(new Error('a value was thrown that cannot be sent'));
  const { cause, errors, properties } = error;
  return {
    ...error,
    properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => isPrimitive(value))),
    cause: cause === undefined ? undefined : withoutObjects(cause),
    errors: errors?.map(withoutObjects),
  };
}

function isPrimitive(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value);
}

/** Puts together what was thrown in the other thread. */
export function decodeError(wire: WireError): unknown {
  if (wire.kind === 'value') return wire.value;
  const { className, name, message, stack, cause, errors, properties } = wire;
  if (className === 'DOMException') return new DOMException(message, name);
  // Made by the constructor of Error, and not only as an object of the class, so that it is printed as an error.
  const error = new Error(message);
  Object.setPrototypeOf(error, (classes.get(className) ?? Error).prototype as object);
  hide(error, 'stack', stack);
  if (name !== error.name) hide(error, 'name', name);
  if (cause !== undefined) hide(error, 'cause', decodeError(cause));
  if (errors !== undefined) hide(error, 'errors', errors.map(decodeError));
  return Object.assign(error, properties);
}

/** Sets a property as the language sets those of errors. */
function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
