import { newEventLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const leftOpen = /^task: .*coro=child/;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  async function child(): Promise<string> {
    trace('step 1');
    await sleep(0);
    trace('step 2');
    loop.stop();
    await sleep(0);
    trace('step 3');
    return 'finished';
  }

  const task = loop.createTask(child);
  try {
    await loop.runUntilComplete(task);
  } catch (error) {
    trace(error);
  }
  trace('between', task.done());
  trace(await loop.runUntilComplete(task));

  async function stopsAtItsEnd(): Promise<string> {
    loop.stop();
    return 'result and stop';
  }

  trace(await loop.runUntilComplete(stopsAtItsEnd));
  loop.callSoon(trace, ['soon']);
  loop.stop();
  try {
    await loop.runUntilComplete(child);
  } catch (error) {
    trace(error);
  }
  loop.close();
}
