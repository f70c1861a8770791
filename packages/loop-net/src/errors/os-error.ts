import { types } from 'node:util';

/**
 * Whether an error is one of the operating system's or of OpenSSL's: Python's `OSError`, of which `ssl.SSLError` is
 * one. Such an error ends a connection as a matter of course and is not reported to the exception handler.
 */
export function isOSError(error: unknown): error is NodeJS.ErrnoException {
  if (!isError(error)) return false;
  const { syscall, errno, code } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' || typeof errno === 'number') return true;
  return typeof code === 'string' && (/^E[A-Z0-9]+$/.test(code) || /^ERR_(SSL|TLS|OSSL)_/.test(code));
}

/** An `Error` for whatever was thrown. Errors of other realms are errors, too. */
export function asError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(`non-error thrown: ${String(thrown)}`, { cause: thrown });
}

function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
