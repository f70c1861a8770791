import type { ContextVar } from '@bight/contextvars';
import { checkString, typeError } from '@bight/loop-abstract/validate';
import type { VariableMessage } from './call-message.js';
import { moduleAddress } from './task-from.js';

/** A context variable whose value goes along with each call; made by `carry()`. */
export interface CarriedVariable {
  /** The variable here. */
  readonly variable: ContextVar<unknown>;
  /** The address of the module that exports the variable. */
  readonly url: string;
  /** The name under which the module exports it. */
  readonly exportName: string;
}

/**
 * Sends the value of a context variable along with each call of an executor, for its option `contextVars`.
 *
 * A worker has modules of its own, and so a variable of its own; that is why the module which exports the variable has
 * to be named. The value of the moment of `submit()` is cloned, and set for the time of the call. `asyncio.to_thread()`
 * shares the whole context instead, which JavaScript's threads cannot.
 *
 * @param variable - the variable
 * @param url - the address of the module that exports it, such as `new URL('./variables.js', import.meta.url)`
 * @param exportName - the name under which the module exports it; when not given, the variable's own name
 * @throws {TypeError} when an argument is of the wrong type
 * @throws {ValueError} when `url` is a string that is no absolute address
 */
export function carry<T>(variable: ContextVar<T>, url: URL | string, exportName?: string): CarriedVariable {
  if (!isVariable(variable)) throw typeError('variable', 'a ContextVar', variable);
  const name = exportName ?? variable.name;
  return Object.freeze({
    variable: variable as ContextVar<unknown>,
    url: moduleAddress(url),
    exportName: checkString(name, 'exportName'),
  });
}

/** The values that the variables have now; those without a value stay behind. */
export function captureVariables(carried: readonly CarriedVariable[]): readonly VariableMessage[] {
  if (carried.length === 0) return NO_VARIABLES;
  return carried.flatMap(({ variable, url, exportName }) => {
    const value = variable.get(NO_VALUE);
    return value === NO_VALUE ? [] : [{ url, name: exportName, value }];
  });
}

/**
 * The option `contextVars`.
 *
 * @throws {TypeError} unless it is an iterable of what `carry()` makes
 */
export function checkCarried(value: unknown): readonly CarriedVariable[] {
  if (value === undefined || value === null) return [];
  const isIterable = typeof value === 'object' && Symbol.iterator in value;
  if (!isIterable) throw typeError('contextVars', 'an iterable of what carry() returns', value);
  const list = [...(value as Iterable<unknown>)];
  for (const entry of list) {
    const isCarried =
      typeof entry === 'object' && entry !== null && 'variable' in entry && 'exportName' in entry;
    if (!isCarried) throw typeError('each of contextVars', 'what carry() returns', entry);
  }
  return list as CarriedVariable[];
}

const NO_VALUE = Symbol('no value');
const NO_VARIABLES: readonly never[] = Object.freeze([]);

function isVariable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { get, set, name } = value as Partial<ContextVar<unknown>>;
  return typeof get === 'function' && typeof set === 'function' && typeof name === 'string';
}
