import type { PipeLoop, SubprocessLoop } from '@bight/loop-abstract';
import type { CoreEventLoop } from '@bight/loop-core';
import { SelectorEventLoop } from '@bight/loop-net';
import { withSubprocess } from '@bight/loop-subprocess';
import { beforeAll, describe } from '@jest/globals';
import { SubprocessEventLoop as PlainLoop } from './subprocess-loop.js';

/** A loop with subprocesses and pipes. */
export type SubprocessEventLoop = CoreEventLoop & SubprocessLoop & PipeLoop;

/** A loop on a host of its own, which watches descriptors. */
class SelectorLoop extends withSubprocess(SelectorEventLoop) {}

const kinds: readonly { kind: string; Loop: new () => SubprocessEventLoop }[] = [
  { kind: 'plain', Loop: PlainLoop },
  { kind: 'selector', Loop: SelectorLoop },
];

let Current: new () => SubprocessEventLoop = PlainLoop;

/** A group of tests that runs with each kind of loop. */
export function describeOnEachLoop(name: string, define: () => void): void {
  describe.each(kinds)(`${name}, on the $kind loop:`, ({ Loop }) => {
    beforeAll(() => {
      Current = Loop;
    });
    define();
  });
}

/** Makes a loop of the kind that the tests run with now. */
export function newLoop(): SubprocessEventLoop {
  return new Current();
}

/** Runs a coroutine in a loop of its own, and closes that. */
export async function inLoop<T>(main: (loop: SubprocessEventLoop) => Promise<T>): Promise<T> {
  const loop = newLoop();
  try {
    return await loop.runUntilComplete(() => main(loop));
  } finally {
    loop.close();
  }
}
