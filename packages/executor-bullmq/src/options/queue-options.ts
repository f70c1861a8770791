import type { ContextVar } from '@bight/contextvars';
import type { ErrorClass } from '@bight/executors';
import { checkErrorClasses } from '@bight/executors/low-level';
import {
  checkCallback,
  checkOptions,
  checkSeconds,
  checkString,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import type { QueueState } from '../broker.js';
import { type CheckedConnection, checkConnection, type QueueConnection } from './connection.js';
import { checkVariables } from './named-variables.js';
import { checkDuration } from './submit-options.js';

/** What an executor on a queue and a local one have in common. */
export interface CommonQueueOptions {
  /** The context variables whose values travel with each job, by name. */
  contextVars?: Iterable<ContextVar<unknown>> | null | undefined;
  /** Classes of errors that jobs may throw, beside those of the language and of bight; see `PoolOptions`. */
  errorClasses?: Iterable<ErrorClass> | null | undefined;
}

/** What a `QueueExecutor` is given. */
export interface QueueOptions extends CommonQueueOptions {
  /** The name of the queue. */
  queue: string;
  /**
   * Where the queue is: the URL of a Redis or Valkey server, or what BullMQ takes: ioredis's options, or a client of
   * ioredis.
   */
  connection: QueueConnection;
  /** What the keys of the queue begin with; `'bull'` when not given, as BullMQ has it. */
  prefix?: string | null | undefined;
  /** **Seconds** within which the first connection must have been made, 10 when not given; then all futures fail. */
  connectTimeout?: number | null | undefined;
  /** What happens to the jobs of this process when it dies: `'finish'` (the default), or `'cancel'`. */
  orphans?: 'finish' | 'cancel' | null | undefined;
  /**
   * **Seconds** between two signs of life of this process, 5 when not given. After three without one it counts as dead.
   */
  heartbeat?: number | null | undefined;
  /** **Seconds** that a result is kept which no submitter takes, 3,600 when not given. */
  resultTtl?: number | null | undefined;
  /** **Seconds** that a dead letter is kept, a week when not given; 0: there are none. */
  deadLetterTtl?: number | null | undefined;
  /** Called when the queue has become reachable, or unreachable. */
  onState?: ((state: QueueState) => unknown) | null | undefined;
}

/** The common options, checked. */
export interface CheckedCommonOptions {
  readonly variables: ReadonlyMap<string, ContextVar<unknown>>;
  readonly errorClasses: ReadonlyMap<string, ErrorClass>;
}

/** Those of an executor on a queue, checked. */
export interface CheckedQueueOptions extends CheckedCommonOptions {
  readonly queue: string;
  readonly connection: CheckedConnection;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly cancelsOrphans: boolean;
  readonly heartbeatMs: number;
  readonly resultTtlSeconds: number;
  readonly deadLetterTtlSeconds: number;
  readonly onState: ((state: QueueState) => unknown) | null;
}

/** The names of the common options. */
export const COMMON_OPTIONS = ['contextVars', 'errorClasses'] as const;

const OPTIONS = [
  ...COMMON_OPTIONS,
  'queue',
  'connection',
  'prefix',
  'connectTimeout',
  'orphans',
  'heartbeat',
  'resultTtl',
  'deadLetterTtl',
  'onState',
] as const;
const WEEK_SECONDS = 7 * 86_400;

/**
 * Checks what an executor on a queue is given.
 *
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} for an impossible value
 */
export function checkQueueOptions(options: QueueOptions): CheckedQueueOptions {
  if (options === undefined || options === null)
    throw typeError('options', 'an object with queue and connection', options);
  const given = checkOptions(options, OPTIONS);
  if (given.onState != null) checkCallback(given.onState, 'onState');
  return {
    ...checkCommonOptions(given),
    queue: checkQueueName(given.queue),
    connection: checkConnection(given.connection),
    prefix: checkString(given.prefix ?? 'bull', 'prefix'),
    connectTimeoutMs: checkConnectTimeout(given.connectTimeout ?? 10),
    cancelsOrphans: checkOrphans(given.orphans ?? 'finish') === 'cancel',
    heartbeatMs: checkPositive(given.heartbeat ?? 5, 'heartbeat') * 1000,
    resultTtlSeconds: checkPositive(given.resultTtl ?? 3600, 'resultTtl'),
    deadLetterTtlSeconds: checkDuration(given.deadLetterTtl ?? WEEK_SECONDS, 'deadLetterTtl'),
    onState: given.onState ?? null,
  };
}

/** Checks the common options. */
export function checkCommonOptions(given: CommonQueueOptions): CheckedCommonOptions {
  return {
    variables: checkVariables(given.contextVars),
    errorClasses: checkErrorClasses(given.errorClasses),
  };
}

/**
 * The name of a queue.
 *
 * @throws {TypeError} unless it is a string
 * @throws {ValueError} when it is empty, or has a colon in it, which BullMQ's keys are separated by
 */
export function checkQueueName(value: unknown): string {
  const name = checkString(value, 'queue');
  if (name === '' || name.includes(':')) throw valueError('queue', 'a name without colons', value);
  return name;
}

function checkOrphans(value: unknown): 'finish' | 'cancel' {
  if (value === 'finish' || value === 'cancel') return value;
  throw valueError('orphans', "'finish' or 'cancel'", value);
}

function checkConnectTimeout(value: unknown): number {
  if (checkSeconds(value, 'connectTimeout') === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return checkPositive(value, 'connectTimeout') * 1000;
}

/**
 * A number of seconds above 0.
 *
 * @throws {TypeError} unless it is a number
 * @throws {ValueError} when it is 0 or less
 */
export function checkPositive(value: unknown, name: string): number {
  const seconds = checkDuration(value, name);
  if (seconds === 0) throw valueError(name, 'more than 0 seconds', value);
  return seconds;
}
