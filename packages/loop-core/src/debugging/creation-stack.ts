// In a debug run the stack of a callback's birth is worth more frames than the engine's default of ten.
const CREATION_STACK_DEPTH = 25;

/**
 * The stack of the caller, without this function's own line: where a handle, a future or a task was made.
 *
 * @internal
 */
export function creationStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = CREATION_STACK_DEPTH;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split('\n').slice(2).join('\n');
}
