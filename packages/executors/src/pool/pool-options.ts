import type { ExecutorCallable } from '@bight/loop-abstract';
import { checkArgs, checkInteger, typeError } from '@bight/loop-abstract/validate';
import { callMessage } from '../calls/call.js';
import type { CallMessage } from '../calls/call-message.js';
import { type CarriedVariable, checkCarried } from '../calls/carried-variable.js';
import { checkErrorClasses, type ErrorClass } from '../errors/error-classes.js';

/** The names of what both kinds of pools can be given. */
export const POOL_OPTIONS = [
  'maxWorkers',
  'initializer',
  'initargs',
  'contextVars',
  'errorClasses',
  'env',
  'execArgv',
] as const;

/** What both kinds of pools can be given. */
export interface PoolOptions {
  /** How many workers there may be; they are started when they are needed. */
  maxWorkers?: number | null | undefined;
  /**
   * Called in each worker before anything else. When it throws, all calls fail and the pool cannot be used any more.
   * Python's `initializer`.
   */
  initializer?: ExecutorCallable<never[], unknown> | null | undefined;
  /** The arguments of the initializer. Python's `initargs`. */
  initargs?: readonly unknown[] | null | undefined;
  /** The context variables whose values go along with each call; see `carry()`. */
  contextVars?: Iterable<CarriedVariable> | null | undefined;
  /**
   * Classes of errors that calls may throw. An error whose class has the same name in the worker is given this class
   * here, without calling its constructor. The classes of the language and of bight need not be named.
   */
  errorClasses?: Iterable<ErrorClass> | null | undefined;
  /** The environment variables of the workers; when not given, those of this process. */
  env?: NodeJS.ProcessEnv | null | undefined;
  /** Node's command line flags for the workers; when not given, those of this process. */
  execArgv?: readonly string[] | null | undefined;
}

/** The same, checked. */
export interface CheckedPoolOptions {
  maxWorkers: number;
  preparation: CallMessage;
  carried: readonly CarriedVariable[];
  errorClasses: ReadonlyMap<string, ErrorClass>;
  env: NodeJS.ProcessEnv | undefined;
  execArgv: readonly string[] | undefined;
}

/**
 * Checks what both kinds of pools can be given.
 *
 * @param maxWorkers - how many workers there may be when the options do not say
 * @throws {TypeError} for a value of the wrong type
 * @throws {ValueError} when `maxWorkers` is not a positive integer
 */
export function checkPoolOptions(options: PoolOptions, maxWorkers: number): CheckedPoolOptions {
  const { initializer, env } = options;
  if (env != null && typeof env !== 'object')
    throw typeError('env', 'an object with environment variables', env);
  if (options.execArgv != null && !Array.isArray(options.execArgv)) {
    throw typeError('execArgv', 'an array of command line flags', options.execArgv);
  }
  return {
    maxWorkers: checkInteger(options.maxWorkers ?? maxWorkers, 'maxWorkers', { min: 1 }),
    preparation:
      initializer == null
        ? NOTHING
        : callMessage(initializer, checkArgs(options.initargs, 'initargs'), [], { argument: 'initializer' }),
    carried: checkCarried(options.contextVars),
    errorClasses: checkErrorClasses(options.errorClasses),
    env: env ?? undefined,
    execArgv: options.execArgv ?? undefined,
  };
}

/** Not passed: no initializer runs. A text, because a function of this file might be instrumented for coverage. */
const NOTHING: CallMessage = Object.freeze({
  id: 0,
  slot: 0,
  source: '() => {}',
  url: '',
  name: '',
  args: [],
  isChunk: false,
  variables: [],
});
