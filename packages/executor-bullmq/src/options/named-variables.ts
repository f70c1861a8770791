import type { ContextVar } from '@bight/contextvars';
import { typeError, valueError } from '@bight/loop-abstract/validate';

/**
 * The option `contextVars`, by name.
 *
 * @throws {TypeError} unless it is an iterable of context variables
 * @throws {ValueError} when two of them have the same name: a worker knows them by nothing else
 */
export function checkVariables(value: unknown): ReadonlyMap<string, ContextVar<unknown>> {
  const found = new Map<string, ContextVar<unknown>>();
  if (value === undefined || value === null) return found;
  if (typeof value !== 'object' || !(Symbol.iterator in value)) {
    throw typeError('contextVars', 'an iterable of context variables', value);
  }
  for (const variable of value as Iterable<unknown>) {
    if (!isVariable(variable)) throw typeError('each of contextVars', 'a ContextVar', variable);
    const known = found.get(variable.name);
    if (known !== undefined && known !== variable) {
      throw valueError('contextVars', 'variables with names of their own', variable.name);
    }
    found.set(variable.name, variable);
  }
  return found;
}

/** Whether a value is a context variable, of any copy of the package. */
export function isVariable(value: unknown): value is ContextVar<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { get, set, reset, name } = value as Partial<ContextVar<unknown>>;
  return [get, set, reset].every((method) => typeof method === 'function') && typeof name === 'string';
}
