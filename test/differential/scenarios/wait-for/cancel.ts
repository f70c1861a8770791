import { createTask, getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(cleanup: number): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (error) {
      trace('child', error);
      for (let turn = 0; turn < cleanup; turn++) {
        await sleep(0);
      }
      trace('child cleaned up');
      throw error;
    }
  }

  for (const cleanup of [0, 2]) {
    const inner = createTask(() => child(cleanup));
    const task = createTask(() => waitFor(inner, 100));
    await sleep(0);
    task.cancel('from outside');
    for (let turn = 0; turn < 6; turn++) {
      trace('turn', turn, inner.done(), task.done());
      await sleep(0);
    }
    trace(inner.cancelled(), task.cancelled());
  }
}
