import { type ErrorDetails, systemError } from '@bight/loop-abstract/system-error';

export { type ErrorDetails, systemError };

/** The result of a binding function. @throws the system's error when it is negative */
export function check(result: number, syscall: string, details?: ErrorDetails): number {
  if (result < 0) throw systemError(result, syscall, details);
  return result;
}
