import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  function setIfWaiting(): void {
    trace('setter sees', future.done());
    if (!future.done()) future.setResult('value');
  }

  async function waiter(): Promise<string | undefined> {
    try {
      trace('value', await future);
      return undefined;
    } catch {
      trace('cancelled');
      return 'swallowed';
    }
  }

  const task = createTask(waiter);
  await sleep(0);
  loop.callSoon(() => future.cancel());
  loop.callSoon(setIfWaiting);
  trace('task', await task);
  const other = loop.createFuture<string>();
  loop.callSoon(() => other.setResult('first'));
  loop.callSoon(() => other.cancel());
  trace('other', await other, other.cancelled());
}
