import { beforeAll, describe } from '@jest/globals';
import { type CoroutineFunction, ProactorEventLoop, run as runProgram, SelectorEventLoop } from 'bight';

const kinds = [
  { kind: 'proactor', Loop: ProactorEventLoop },
  { kind: 'selector', Loop: SelectorEventLoop },
];

let make: () => ProactorEventLoop | SelectorEventLoop = () => new ProactorEventLoop();

/** A group of tests that runs with each kind of loop. */
export function describeOnEachLoop(name: string, define: () => void): void {
  describe.each(kinds)(`${name}, on the $kind loop:`, ({ Loop }) => {
    beforeAll(() => {
      make = () => new Loop();
    });
    define();
  });
}

/** Runs a program on a loop of the kind that the tests run with now. */
export function run<T>(main: CoroutineFunction<T>): Promise<T> {
  return runProgram(main, { loopFactory: make });
}
