/** Announces what would otherwise fail a test (see ./strict-environment.mjs). */

type Expect = (kind: string, matches: (value: unknown) => boolean, description: string) => Promise<unknown>;

/**
 * Announces a process warning (`process.emitWarning`, `MaxListenersExceededWarning`, …) that this test causes on
 * purpose. Call it before the cause; the test fails when no such warning comes before it ends.
 *
 * @param pattern tested against `"Name: message"`; a string matches as a part of it.
 * @returns a promise of the warning.
 */
export function expectWarning(pattern: string | RegExp): Promise<Error> {
  return announce('warning', pattern) as Promise<Error>;
}

/**
 * Announces an unhandled rejection that this test causes on purpose. Call it before the cause; the test fails when none
 * comes.
 *
 * @param pattern tested against `"Name: message"` of an error, and against `String(reason)` of anything else.
 * @returns a promise of the rejection's reason.
 */
export function expectUnhandledRejection(pattern: string | RegExp): Promise<unknown> {
  return announce('rejection', pattern);
}

/**
 * Announces something that this test leaves open in a loop on purpose: a task, a timer, a transport, a server, …
 *
 * @param pattern tested against `"kind: what its toString() says"`.
 * @param options.times how many there are; one by default.
 */
export function expectLeftOpen(pattern: string | RegExp, { times = 1 } = {}): void {
  for (let count = 0; count < times; count++) void announce('handle left open', pattern);
}

function announce(kind: string, pattern: string | RegExp): Promise<unknown> {
  const registry = globalThis as unknown as Record<symbol, Expect | undefined>;
  const expect = registry[Symbol.for('bight.test.expectations')];
  if (expect === undefined) throw new Error('jest does not run in test/support/strict-environment.mjs');
  const matches = (value: unknown) => {
    const text = describe(value);
    return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
  };
  return expect(kind, matches, String(pattern));
}

function describe(value: unknown): string {
  const { name, message } = Object(value) as { name?: unknown; message?: unknown };
  return typeof message === 'string' ? `${String(name)}: ${message}` : String(value);
}
