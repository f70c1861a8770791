import { shared } from './state.js';

/**
 * Makes an error class: the one of the copy of the package that loaded first, so that `error instanceof KeyError` holds
 * whichever copy threw it.
 */
function errorClass<C>(name: string, code: string, Base: new (message?: string) => Error = Error): C {
  const own = class extends Base {
    readonly code = code;
  };
  Object.defineProperty(own, 'name', { value: name, configurable: true });
  Object.defineProperty(own.prototype, 'name', { value: name, configurable: true, writable: true });
  shared.errors[name] ??= own;
  return shared.errors[name] as C;
}

declare class RuntimeErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string;
}

declare class ValueErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string;
}

declare class LookupErrorClass extends Error {
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string;
}

/**
 * An operation that is not possible in the present state: a context entered twice, a token used twice.
 * Python's `RuntimeError`; `code` is `'ERR_RUNTIME'`.
 */
export const RuntimeError = errorClass<typeof RuntimeErrorClass>('RuntimeError', 'ERR_RUNTIME');
export type RuntimeError = RuntimeErrorClass;

/**
 * An argument of the right type with a value that does not fit: a token of another variable.
 * Python's `ValueError`; `code` is `'ERR_VALUE'`.
 */
export const ValueError = errorClass<typeof ValueErrorClass>('ValueError', 'ERR_VALUE');
export type ValueError = ValueErrorClass;

/**
 * Something that was looked up is not there: a variable without a value. Python's `LookupError`; `code` is
 * `'ERR_LOOKUP'`.
 */
export const LookupError = errorClass<typeof LookupErrorClass>('LookupError', 'ERR_LOOKUP');
export type LookupError = LookupErrorClass;

declare class KeyErrorClass extends LookupError {
  override readonly code: string;
}

/**
 * A mapping has no such key.
 * Python's `KeyError`, a `LookupError`; `code` is `'ERR_KEY'`.
 */
export const KeyError = errorClass<typeof KeyErrorClass>('KeyError', 'ERR_KEY', LookupError);
export type KeyError = KeyErrorClass;
