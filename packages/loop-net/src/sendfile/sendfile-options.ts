import type { SendfileOptions } from '@bight/loop-abstract';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';

/** Which part of a file is to be sent. */
export interface Portion {
  offset: number;
  /** `null`: up to the end of the file. */
  count: number | null;
  /** Whether it may be read and written where the system call cannot be used. */
  fallback: boolean;
}

/** The options of the methods that send files. */
export function portionOf(given: SendfileOptions | null | undefined): Portion {
  const { offset, count, fallback } = checkOptions(given, ['offset', 'count', 'fallback']);
  return {
    offset: checkInteger(offset ?? 0, 'offset', { min: 0 }),
    count: count === null || count === undefined ? null : checkInteger(count, 'count', { min: 1 }),
    fallback: fallback ?? true,
  };
}
