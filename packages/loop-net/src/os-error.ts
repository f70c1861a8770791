/**
 * Whether an error is one of the operating system's or of OpenSSL's: Python's `OSError`, of which `ssl.SSLError` is
 * one. Such an error ends a connection as a matter of course and is not reported to the exception handler.
 */
export function isOSError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const { syscall, errno, code } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' || typeof errno === 'number') return true;
  return typeof code === 'string' && (/^E[A-Z0-9]+$/.test(code) || /^ERR_(SSL|TLS|OSSL)_/.test(code));
}

/** An `Error` for whatever was thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`non-error thrown: ${String(thrown)}`, { cause: thrown });
}
