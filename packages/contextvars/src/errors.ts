import { shared } from './shared-state.js';

/**
 * The first copy of the package to load defines the error classes of the process, so that `error instanceof KeyError`
 * holds whichever copy threw it.
 */
function sharedClass<C>(name: string, own: C): C {
  shared.errors[name] ??= own;
  return shared.errors[name] as C;
}

class RuntimeErrorClass extends Error {
  static {
    RuntimeErrorClass.prototype.name = 'RuntimeError';
  }
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string = 'ERR_RUNTIME';
}

class ValueErrorClass extends Error {
  static {
    ValueErrorClass.prototype.name = 'ValueError';
  }
  /** Stable, machine-readable name of the kind of error. */
  readonly code: string = 'ERR_VALUE';
}

class LookupErrorClass extends Error {
  static {
    LookupErrorClass.prototype.name = 'LookupError';
  }
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
  static {
    KeyErrorClass.prototype.name = 'KeyError';
  }
  override readonly code: string = 'ERR_KEY';
}

/**
 * A mapping has no such key.
 * Python's `KeyError`, a `LookupError`; `code` is `'ERR_KEY'`.
 */
export const KeyError = sharedClass('KeyError', KeyErrorClass);
export type KeyError = KeyErrorClass;
