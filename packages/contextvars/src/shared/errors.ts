import { shared } from './state.js';

/**
 * The error class of a name: the one of the copy of the package that loaded first, so that `error instanceof KeyError`
 * holds whichever copy threw it.
 */
function sharedClass<C extends new (message?: string) => Error>(name: string, own: C): C {
  Object.defineProperty(own, 'name', { value: name, configurable: true });
  Object.defineProperty(own.prototype, 'name', { value: name, configurable: true, writable: true });
  shared.errors[name] ??= own;
  return shared.errors[name] as C;
}

class RuntimeErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string = 'ERR_RUNTIME';
}

class ValueErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string = 'ERR_VALUE';
}

class LookupErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string = 'ERR_LOOKUP';
}

/**
 * An operation that is not possible in the present state: a context entered twice, a token used twice.
 * Python's `RuntimeError`; `code` is `'ERR_RUNTIME'`.
 */
export const RuntimeError = sharedClass('RuntimeError', RuntimeErrorClass);
export type RuntimeError = RuntimeErrorClass;

/**
 * An argument of the right type with a value that does not fit: a token of another variable.
 * Python's `ValueError`; `code` is `'ERR_VALUE'`.
 */
export const ValueError = sharedClass('ValueError', ValueErrorClass);
export type ValueError = ValueErrorClass;

/**
 * Something that was asked for is not there: a variable without a value.
 * Python's `LookupError`; `code` is `'ERR_LOOKUP'`.
 */
export const LookupError = sharedClass('LookupError', LookupErrorClass);
export type LookupError = LookupErrorClass;

class KeyErrorClass extends LookupError {
  override readonly code: string = 'ERR_KEY';
}

/**
 * A mapping has no such key.
 * Python's `KeyError`, a `LookupError`; `code` is `'ERR_KEY'`.
 */
export const KeyError = sharedClass('KeyError', KeyErrorClass);
export type KeyError = KeyErrorClass;
