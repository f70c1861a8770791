import { ensureFuture, getRunningLoop, Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(value: number): Promise<number> {
    trace('running', value);
    return value;
  }

  const task = ensureFuture(() => child(1));
  trace('task', task instanceof Task, ensureFuture(task) === task);
  const future = loop.createFuture<number>();
  trace('future', ensureFuture(future) === future);
  loop.callSoon(() => future.setResult(2));
  trace(await future, await task);
  trace(await ensureFuture(() => child(3)));
}
