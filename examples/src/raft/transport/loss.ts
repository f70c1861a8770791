import { IncompleteReadError, LimitOverrunError, TimeoutError } from 'bight';

/** Whether a connection was lost, or not made, or is of no use: not an error of this program. */
export function isLoss(error: unknown): boolean {
  if (error instanceof IncompleteReadError || error instanceof TimeoutError) return true;
  return error instanceof LimitOverrunError || (error instanceof Error && 'errno' in error);
}
