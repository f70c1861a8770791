import { describeErrno } from '@bight/loop-abstract/system-error';

/**
 * Makes the error of a system call on a path, with the text that Node itself gives it.
 *
 * @param errno - the error number, negative
 * @param syscall - the name of the system call
 * @param target - the path
 */
export function pathError(errno: number, syscall: string, target: string): NodeJS.ErrnoException {
  const [code, explanation] = describeErrno(errno);
  const error: NodeJS.ErrnoException = new Error(`${code}: ${explanation}, ${syscall} '${target}'`);
  return Object.assign(error, { errno, code, syscall, path: target });
}
