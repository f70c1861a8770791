import { copyContext } from '@bight/contextvars';
import { checkCallback } from '@bight/loop-abstract/validate';
import type { TestFunction } from '../simulation/loop-test.js';

/**
 * Makes a function like the runner's own `test`, whose bodies each run in a context of their own: a copy of the one in
 * which the runner calls the body. What a test sets, the next one does not see.
 *
 * @param test - the runner's own function; with `test.skip` or `test.only` in its place, so are the tests
 * @returns a function of the test's name, and of a body; it returns what `test` returns
 * @throws {TypeError} unless it is a function
 */
export function contextTest(test: TestFunction): (name: string, body: () => unknown) => unknown {
  checkCallback(test, 'test');
  return (name, body) => {
    checkCallback(body, 'body');
    // Without a parameter: some runners would wait for it to be called.
    return test(name, async () => {
      await copyContext().run(body);
    });
  };
}
