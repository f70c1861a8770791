import { type ErrorDetails, systemError } from '@bight/loop-abstract/system-error';

/** Where a socket was to be bound and connected; `null` where it was not. */
export interface Places {
  readonly bind: ErrorDetails | null;
  readonly connect: ErrorDetails | null;
}

/**
 * The error of a bind() or connect() as every loop words it. Node leaves out what the system says, and a port that is
 * 0, in some of these errors and not in others.
 */
export function inOneForm(error: Error, places: Places): Error {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  if (typeof errno !== 'number' || (syscall !== 'bind' && syscall !== 'connect')) return error;
  const place = places[syscall];
  return place === null ? error : systemError(errno, syscall, place);
}
