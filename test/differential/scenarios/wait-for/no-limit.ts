import { createTask, getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<string> {
    trace(name, 'begins');
    try {
      await sleep(0);
      trace(name, 'ends');
      return name;
    } catch (error) {
      trace(name, error);
      throw error;
    }
  }

  loop.callSoon(trace, ['soon']);
  trace(await waitFor(() => child('first'), null));
  const task = createTask(() => waitFor(() => child('second'), null));
  await sleep(0);
  task.cancel('enough');
  try {
    await task;
  } catch (error) {
    trace('main', error);
  }
}
