import { randomUUID } from 'node:crypto';
import type { ContextVar } from '@bight/contextvars';
import { isTaskReference } from '@bight/executors/low-level';
import type { ExecutorCallable } from '@bight/loop-abstract';
import { checkArgs, typeError } from '@bight/loop-abstract/validate';
import type { Submission } from '../broker.js';
import type { CheckedSubmitOptions } from '../options/submit-options.js';
import { traceHeaders } from '../values/trace-headers.js';

/** A call of any function that `taskFrom()` names. */
export type AnyTask = ExecutorCallable<never[], unknown>;

/**
 * A call as a job, with the values that the context variables have now and the headers of the current trace.
 *
 * @throws {TypeError} unless `func` is what `taskFrom()` returns: another machine cannot be sent a closure
 */
export function submissionOf(
  func: AnyTask,
  args: readonly unknown[] | null | undefined,
  options: CheckedSubmitOptions,
  variables: ReadonlyMap<string, ContextVar<unknown>>,
): Submission {
  if (!isTaskReference(func)) {
    throw typeError('func', "what taskFrom(new URL('./work.js', import.meta.url), 'name') returns", func);
  }
  const { key, retries, backoffMs, timeoutSeconds, priority, delayMs } = options;
  const nonce = randomUUID();
  return {
    id: key ?? nonce,
    isKeyed: key !== null,
    nonce,
    url: func.url,
    exportName: func.exportName,
    args: [...checkArgs(args)],
    variables: variables.size === 0 ? NOTHING : valuesOf(variables),
    headers: { ...traceHeaders(), ...options.headers },
    retries,
    backoffMs,
    timeoutSeconds,
    priority,
    delayMs,
  };
}

const NOTHING: readonly never[] = Object.freeze([]);
const ABSENT = Symbol('absent');

function valuesOf(variables: ReadonlyMap<string, ContextVar<unknown>>): (readonly [string, unknown])[] {
  return [...variables].flatMap(([name, variable]) => {
    const value = variable.get(ABSENT);
    return value === ABSENT ? [] : [[name, value] as const];
  });
}
