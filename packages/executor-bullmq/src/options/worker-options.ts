import type { ContextVar } from '@bight/contextvars';
import { moduleAddress } from '@bight/executors/low-level';
import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkString,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { type CheckedConnection, checkConnection, type QueueConnection } from './connection.js';
import { checkVariables } from './named-variables.js';
import { checkPositive, checkQueueName } from './queue-options.js';

/** What a `QueueWorker` is given. */
export interface QueueWorkerOptions {
  /** The name of the queue. */
  queue: string;
  /** Where the queue is; see `QueueOptions`. */
  connection: QueueConnection;
  /** The addresses of the modules whose exports may be called. */
  modules: Iterable<URL | string>;
  /** How many jobs run at once, as tasks of one loop; 1 when not given. */
  concurrency?: number | null | undefined;
  /**
   * **Seconds** after which a job whose worker has given no sign of life is begun elsewhere, 30 when not given. A job
   * that blocks the loop for longer runs twice.
   */
  lock?: number | null | undefined;
  /** What the keys of the queue begin with; `'bull'` when not given. */
  prefix?: string | null | undefined;
  /** Context variables that travel by name, beside those that the modules make when they are loaded. */
  contextVars?: Iterable<ContextVar<unknown>> | null | undefined;
  /** Called with errors that end no job: of the connection, which is made again. */
  onError?: ((error: unknown) => unknown) | null | undefined;
}

/** The same, checked. */
export interface CheckedWorkerOptions {
  readonly queue: string;
  readonly connection: CheckedConnection;
  readonly modules: readonly string[];
  readonly concurrency: number;
  readonly lockMs: number;
  readonly prefix: string;
  readonly variables: ReadonlyMap<string, ContextVar<unknown>>;
  readonly onError: (error: unknown) => unknown;
}

const OPTIONS = [
  'queue',
  'connection',
  'modules',
  'concurrency',
  'lock',
  'prefix',
  'contextVars',
  'onError',
] as const;

/**
 * Checks what a worker is given.
 *
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} for an impossible value
 */
export function checkWorkerOptions(options: QueueWorkerOptions): CheckedWorkerOptions {
  if (options === undefined || options === null)
    throw typeError('options', 'an object with queue, connection and modules', options);
  const given = checkOptions(options, OPTIONS);
  if (given.onError != null) checkCallback(given.onError, 'onError');
  return {
    queue: checkQueueName(given.queue),
    connection: checkConnection(given.connection),
    modules: checkModules(given.modules),
    concurrency: checkInteger(given.concurrency ?? 1, 'concurrency', { min: 1 }),
    lockMs: checkPositive(given.lock ?? 30, 'lock') * 1000,
    prefix: checkString(given.prefix ?? 'bull', 'prefix'),
    variables: checkVariables(given.contextVars),
    onError: given.onError ?? (() => undefined),
  };
}

function checkModules(value: unknown): string[] {
  const isList =
    typeof value === 'object' && value !== null && Symbol.iterator in value && !(value instanceof URL);
  if (!isList) throw typeError('modules', 'an iterable of the addresses of modules', value);
  const modules = [...(value as Iterable<URL | string>)].map(moduleAddress);
  if (modules.length === 0) throw valueError('modules', 'at least one module', value);
  return modules;
}
