import os from 'node:os';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import {
  type CheckedCommonOptions,
  COMMON_OPTIONS,
  type CommonQueueOptions,
  checkCommonOptions,
} from './queue-options.js';

/** What `QueueExecutor.local()` is given. */
export interface LocalQueueOptions extends CommonQueueOptions {
  /** How many processes there may be; when not given, as many as the machine runs at once. */
  maxWorkers?: number | null | undefined;
}

/** The same, checked. */
export interface CheckedLocalOptions extends CheckedCommonOptions {
  readonly maxWorkers: number;
}

/**
 * Checks what `QueueExecutor.local()` is given.
 *
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} when `maxWorkers` is not a positive integer
 */
export function checkLocalOptions(options: LocalQueueOptions | null | undefined): CheckedLocalOptions {
  const given = checkOptions(options, [...COMMON_OPTIONS, 'maxWorkers']);
  return {
    ...checkCommonOptions(given),
    maxWorkers: checkInteger(given.maxWorkers ?? os.availableParallelism(), 'maxWorkers', { min: 1 }),
  };
}
