import { beforeAll, describe } from '@jest/globals';
import type { CoreEventLoop } from '../../packages/loop-core/src/index.js';
import { type Main, type RunOptions, runInLoop } from './run-in-loop.js';

/** A class of loops that tests run on, and what it is called in their names. */
export interface LoopKind<L> {
  readonly kind: string;
  readonly Loop: new () => L;
}

/** Test groups that run once for each kind of loop. */
export interface OnEachLoop<L> {
  /** A group of tests that runs with each kind of loop. */
  describeOnEachLoop(name: string, define: () => void): void;
  /** Makes a loop of the kind that the tests run with now. */
  newLoop(): L;
  /** Runs a coroutine function in a new loop of that kind, and closes the loop. */
  inLoop<T>(main: Main<L, T>): Promise<T>;
}

/** Makes `describeOnEachLoop` and its companions for some kinds of loops. */
export function onEachLoop<L extends CoreEventLoop>(
  kinds: readonly LoopKind<L>[],
  options: RunOptions<L> = {},
): OnEachLoop<L> {
  let Current = kinds[0]!.Loop;
  return {
    describeOnEachLoop(name, define) {
      describe.each(kinds)(`${name}, on the $kind loop:`, ({ Loop }) => {
        beforeAll(() => {
          Current = Loop;
        });
        define();
      });
    },
    newLoop: () => new Current(),
    inLoop: (main) => runInLoop(Current, main, options),
  };
}
