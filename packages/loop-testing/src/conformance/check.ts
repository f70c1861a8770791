import assert from 'node:assert/strict';

// Node's own assertions, which need no test runner; not as type guards, which would narrow what changes meanwhile.

/** Checks that two values are the same. */
export const equal: (actual: unknown, expected: unknown, message?: string) => void = assert.equal;

/** Checks that two values have the same structure, to the bottom. */
export const deepEqual: (actual: unknown, expected: unknown, message?: string) => void = assert.deepEqual;

/** Checks that something holds. */
export const ok: (value: unknown, message?: string) => void = assert.ok;

/** Fails. */
export const fail: (message: string) => never = assert.fail;

/** A class of errors. */
// biome-ignore lint/suspicious/noExplicitAny: the classes have constructors of all kinds
export type ErrorClass = abstract new (...args: any[]) => Error;

/**
 * Whether an error is of a class, also of a like-named one of another realm, such as the context of a test runner.
 */
function isA(error: unknown, expected: ErrorClass): boolean {
  if (error instanceof expected) return true;
  for (let at: unknown = error; at !== null && typeof at === 'object'; at = Object.getPrototypeOf(at)) {
    if ((at as { constructor?: { name?: string } }).constructor?.name === expected.name) return true;
  }
  return false;
}

function checkError(error: unknown, expected: ErrorClass, message?: string | RegExp): Error {
  if (!isA(error, expected)) {
    fail(`${expected.name} was expected, not ${error instanceof Error ? error.stack : String(error)}`);
  }
  const text = (error as Error).message;
  if (typeof message === 'string' ? !text.includes(message) : message?.test(text) === false) {
    fail(`the message should have ${message} in it: ${JSON.stringify(text)}`);
  }
  return error as Error;
}

/** Checks that a call throws, at once, an error of a class. */
export function throws(call: () => unknown, expected: ErrorClass, message?: string | RegExp): Error {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return checkError(error, expected, message);
  }
  // The call may have begun a future: mark its failure as retrieved.
  void Promise.resolve(result).catch(() => {});
  return fail(`${expected.name} was expected, and nothing was thrown`);
}

/** Checks that a call throws, at once or through what it returns, an error of a class. */
export async function fails(
  call: () => unknown,
  expected: ErrorClass,
  message?: string | RegExp,
): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return checkError(error, expected, message);
  }
  return fail(`${expected.name} was expected, and there was no error`);
}
