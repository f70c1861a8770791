import { ValueError } from '@bight/loop-abstract';
import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function waits(): Promise<string> {
    trace('cancel', currentTask()!.cancel('by itself'));
    trace('goes on');
    try {
      await sleep(0);
      trace('never');
    } catch (error) {
      trace('caught', error);
    }
    await sleep(0);
    return 'survived';
  }

  async function returns(): Promise<string> {
    currentTask()!.cancel();
    return 'lost';
  }

  async function raises(): Promise<string> {
    currentTask()!.cancel();
    throw new ValueError('kept');
  }

  async function awaitsDone(): Promise<string> {
    const done = getRunningLoop().createFuture<string>();
    done.setResult('no wait');
    currentTask()!.cancel();
    trace(await done);
    await sleep(0);
    return 'never';
  }

  for (const coroutine of [waits, returns, raises, awaitsDone]) {
    const task = createTask<string>(coroutine);
    try {
      trace('result', await task);
    } catch (error) {
      trace('raised', error);
    }
    trace('state', task.cancelled(), task.cancelling());
  }
}
