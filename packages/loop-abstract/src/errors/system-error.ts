/**
 * Errors of the operating system, in the form of Node's own: one form in all packages.
 *
 * @packageDocumentation
 */

import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** What was operated on, for the error. */
export interface ErrorDetails {
  /** The numeric host or the path. */
  address?: string | undefined;
  /** The port. */
  port?: number | undefined;
  /** The name that was looked up. */
  hostname?: string | undefined;
  /** How much a call that failed in the middle had sent. */
  bytesSent?: number | undefined;
}

/** libuv's `EAI_NODATA` and `EAI_NONAME`: Node calls both ENOTFOUND. */
const notFound = new Set([-3007, -3008]);

/**
 * The error for the negative result of a binding function, in the form of Node's own system errors: `code`, `errno`
 * (negative), `syscall`, and what is known of `address`, `port` and `hostname`.
 *
 * @param result - `-errno`, or one of libuv's `EAI_…` codes
 * @param syscall - the name of the system call
 */
export function systemError(
  result: number,
  syscall: string,
  details: ErrorDetails = {},
): NodeJS.ErrnoException {
  const [code, text] = describeErrno(result);
  const { address, port, hostname } = details;
  const where = hostname ?? (address === undefined || port === undefined ? address : `${address}:${port}`);
  const error: NodeJS.ErrnoException = new Error(
    `${syscall} ${code}: ${text}${where === undefined ? '' : ` ${where}`}`,
  );
  error.errno = result;
  error.code = code;
  error.syscall = syscall;
  for (const [name, value] of Object.entries(details)) {
    if (value !== undefined) Object.assign(error, { [name]: value });
  }
  return error;
}

const described = new Map<number, readonly [code: string, text: string]>();

/**
 * The code of an error number (`'ENOENT'`), and what it means in words.
 *
 * @param result - `-errno`, or one of libuv's `EAI_…` codes
 */
export function describeErrno(result: number): readonly [code: string, text: string] {
  // Looked up once: Node makes its whole table anew at every call.
  let found = described.get(result);
  if (found === undefined) {
    found = lookUp(result);
    described.set(result, found);
  }
  return found;
}

function lookUp(result: number): readonly [code: string, text: string] {
  if (notFound.has(result)) return ['ENOTFOUND', 'no such host'];
  const known = getSystemErrorMap().get(result);
  if (known !== undefined) return known;
  // libuv has no name for some that sockets have, EINPROGRESS above all.
  const found = Object.entries(constants.errno).find(([, number]) => number === -result);
  if (found === undefined) return [`Unknown system error ${result}`, 'unknown error'];
  return [found[0], descriptions[found[0]] ?? 'system error'];
}

const numbers = new Map<string, number>();

/**
 * The error number of a code on this system: they differ between Linux, macOS and Windows.
 *
 * @param code - such as `'ENOTCONN'`
 * @returns the number, negative, for {@link systemError}
 */
export function errnoOf(code: string): number {
  if (numbers.size === 0) {
    for (const [name, number] of Object.entries(constants.errno)) numbers.set(name, -number);
    // On Windows libuv's numbers are others than those of the C library.
    for (const [number, [name]] of getSystemErrorMap()) numbers.set(name, number);
  }
  const found = numbers.get(code);
  if (found === undefined) throw new RangeError(`there is no system error ${code}`);
  return found;
}

const descriptions: Readonly<Record<string, string>> = {
  EINPROGRESS: 'operation now in progress',
  ENOPROTOOPT: 'protocol option not available',
};
