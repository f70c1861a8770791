/**
 * Whether a value is a system error or one of OpenSSL's. Such an error ends a connection as a matter of course, and is
 * not reported to the exception handler.
 *
 * @python OSError
 */
export function isOSError(value: unknown): value is NodeJS.ErrnoException {
  if (!isError(value)) return false;
  const { syscall, errno, code } = value as NodeJS.ErrnoException;
  if (typeof syscall === 'string' || typeof errno === 'number') return true;
  return typeof code === 'string' && (/^E[A-Z0-9]+$/.test(code) || /^ERR_(SSL|TLS|OSSL)_/.test(code));
}

/** Returns the thrown value if it is an error, and otherwise a new error whose `cause` it is. */
export function asError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(`non-error thrown: ${String(thrown)}`, { cause: thrown });
}

/** An error of another realm is not an instance of this realm's class. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
