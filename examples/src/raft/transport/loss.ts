import { IncompleteReadError, LimitOverrunError, TimeoutError } from 'bight';

/** Whether an error is a failure of a connection, not of this program. */
export function isLoss(error: unknown): boolean {
  if (error instanceof IncompleteReadError || error instanceof TimeoutError) return true;
  return error instanceof LimitOverrunError || (error instanceof Error && 'errno' in error);
}
