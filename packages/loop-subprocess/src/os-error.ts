import { getSystemErrorMap, types } from 'node:util';

/** Whether an error is the operating system's: Python's `OSError`. */
export function isOSError(error: unknown): error is NodeJS.ErrnoException {
  if (!types.isNativeError(error)) return false;
  const { syscall, errno, code } = error as NodeJS.ErrnoException;
  return typeof syscall === 'string' || typeof errno === 'number' || /^E[A-Z0-9]+$/.test(code ?? '');
}

const EPIPE = -32;

/** The error that writing to a pipe without a reader gives: Python's `BrokenPipeError`. */
export function brokenPipe(): NodeJS.ErrnoException {
  const [code, explanation] = getSystemErrorMap().get(EPIPE) ?? ['EPIPE', 'broken pipe'];
  const error: NodeJS.ErrnoException = new Error(`write ${code}: ${explanation}`);
  return Object.assign(error, { code, errno: EPIPE, syscall: 'write' });
}

/** An `Error` for whatever was thrown. */
export function asError(thrown: unknown): Error {
  return types.isNativeError(thrown)
    ? thrown
    : new Error(`non-error thrown: ${String(thrown)}`, { cause: thrown });
}

/** What a system call on a path failed with, as Node.js itself would put it. */
export function pathError(errno: number, syscall: string, target: string): NodeJS.ErrnoException {
  const [code, explanation] = getSystemErrorMap().get(errno) ?? ['UNKNOWN', `error ${errno}`];
  const error: NodeJS.ErrnoException = new Error(`${code}: ${explanation}, ${syscall} '${target}'`);
  return Object.assign(error, { errno, code, syscall, path: target });
}
