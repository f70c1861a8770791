import { CoreEventLoop } from '@bight/loop-core';
import { withSubprocess } from '@bight/loop-subprocess';

/** The smallest loop with subprocesses and pipes. */
export class SubprocessEventLoop extends withSubprocess(CoreEventLoop) {}

/** Runs a coroutine in a loop of its own, and closes that. */
export async function inLoop<T>(main: (loop: SubprocessEventLoop) => Promise<T>): Promise<T> {
  const loop = new SubprocessEventLoop();
  try {
    return await loop.runUntilComplete(() => main(loop));
  } finally {
    loop.close();
  }
}
