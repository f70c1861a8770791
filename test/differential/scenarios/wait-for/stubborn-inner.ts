import { ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function swallows(): Promise<string> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace('swallows', error);
    }
    return 'value after all';
  }

  async function fails(): Promise<string> {
    try {
      return await loop.createFuture<string>();
    } catch {
      throw new ValueError('error instead');
    }
  }

  for (const coroutine of [swallows, fails]) {
    try {
      trace('timeout', await waitFor(coroutine, TICK));
    } catch (error) {
      trace('timeout', error);
    }
    const task = createTask(() => waitFor(coroutine, 100));
    await sleep(0);
    await sleep(0);
    task.cancel('outer');
    try {
      trace('cancel', await task);
    } catch (error) {
      trace('cancel', error);
    }
  }
}
