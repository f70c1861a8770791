import { type CoroutineFunction, ProactorEventLoop, run as runProgram, SelectorEventLoop } from 'bight';
import { onEachLoop } from '../../../../test/support/each-loop.js';

/** A group of tests that runs with each kind of loop. */
export const { describeOnEachLoop, newLoop } = onEachLoop<ProactorEventLoop | SelectorEventLoop>(
  [
    { kind: 'proactor', Loop: ProactorEventLoop },
    { kind: 'selector', Loop: SelectorEventLoop },
  ],
  {},
);

/** Runs a program on a loop of the kind that the tests run with now. */
export function run<T>(main: CoroutineFunction<T>): Promise<T> {
  return runProgram(main, { loopFactory: newLoop });
}
