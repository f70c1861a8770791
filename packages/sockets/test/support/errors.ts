/** Returns the error of a call, so that a test can check several of its properties. */
export function thrownBy(call: () => unknown): NodeJS.ErrnoException & Record<string, unknown> {
  try {
    call();
  } catch (error) {
    return error as NodeJS.ErrnoException & Record<string, unknown>;
  }
  throw new Error('nothing was thrown');
}
