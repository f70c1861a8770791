import type { Context } from '@bight/contextvars';
import { rootContextOf } from '@bight/contextvars/low-level';
import { checkCallback } from '@bight/loop-abstract/validate';
import { runningIn, withoutContext } from './running-in.js';

/** A test or a hook of Jest, whose function Jest takes when it calls it. */
export interface JestFunction {
  /** What Jest calls. */
  fn?: unknown;
  /** Of a hook: `'beforeEach'`, `'afterEach'`, `'beforeAll'` or `'afterAll'`. */
  readonly type?: string;
}

/** What Jest's runner reports to a test environment. */
export interface JestEvent {
  /** What happens: `'test_start'`, `'hook_start'`, `'test_fn_start'`, … */
  readonly name: string;
  /** The test, if it is one that something happens to. */
  readonly test?: JestFunction | undefined;
  /** The hook, if it is one that something happens to. */
  readonly hook?: JestFunction | undefined;
}

/** What a test environment of Jest has for this. */
export interface JestEnvironment {
  /** The global object of the tests, which run in a realm of their own. */
  readonly global: object;
  /** Called with each event of the runner. */
  handleTestEvent?(event: never, state: never): unknown;
}

/** A class of test environments. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks for this of a class that is extended by a mixin
export type JestEnvironmentClass = new (...args: any[]) => JestEnvironment;

/**
 * Makes a test environment of Jest in which every test runs in a context of its own, with its `beforeEach()` and
 * `afterEach()` hooks: what they set, the test sees, and the next test does not. It begins as a copy of what
 * `beforeAll()` hooks have set. A test file has to import what has the contexts, as every import at its top does.
 *
 * @param Environment - the environment to extend: `TestEnvironment` of `jest-environment-node`, for instance
 * @returns a class for a file that the option `testEnvironment` names
 * @throws {TypeError} unless it is a class
 */
export function withContexts<C extends JestEnvironmentClass>(Environment: C): C {
  checkCallback(Environment, 'Environment');
  return class extends Environment {
    readonly #contexts = new WeakMap<JestFunction, Context>();
    /** The context of the test whose hooks run; tests that run at the same time have no hooks. */
    #current: Context | null = null;

    override async handleTestEvent(event: never, state: never): Promise<void> {
      this.#enter(event);
      await super.handleTestEvent?.(event, state);
    }

    #enter({ name, test, hook }: JestEvent): void {
      if (name === 'test_start' && test !== undefined) {
        this.#current = rootContextOf(this.global)?.copy() ?? null;
        if (this.#current !== null) this.#contexts.set(test, this.#current);
      } else if (name === 'test_fn_start' && test !== undefined) {
        this.#run(test, this.#contexts.get(test) ?? null);
      } else if (name === 'hook_start' && hook !== undefined) {
        this.#run(hook, hook.type?.endsWith('Each') ? this.#current : null);
      } else if (name === 'test_done') {
        this.#current = null;
      }
    }

    /** A hook, and a test that is tried again, has the function of its last run. */
    #run(called: JestFunction, context: Context | null): void {
      if (typeof called.fn !== 'function') return;
      const fn = withoutContext(called.fn as () => unknown);
      called.fn = context === null ? fn : runningIn(context, fn);
    }
  };
}
