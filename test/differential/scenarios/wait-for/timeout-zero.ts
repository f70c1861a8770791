import { createTask, getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<void> {
    trace('never');
  }

  async function running(): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (error) {
      trace('running', error);
      await sleep(0);
      throw error;
    }
  }

  const future = loop.createFuture<void>();
  const task = createTask(running);
  await sleep(0);
  for (const [name, awaitable] of [
    ['coroutine', child],
    ['future', future],
    ['task', task],
  ] as const) {
    loop.callSoon(trace, ['soon', name]);
    try {
      await waitFor(awaitable, 0);
    } catch (error) {
      trace(name, error);
    }
  }
  trace(future.cancelled(), task.cancelled());
}
