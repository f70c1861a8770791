import { ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function good(): Promise<string> {
    return 'good';
  }

  async function bad(): Promise<never> {
    throw new ValueError('bad');
  }

  const first = createTask(good);
  const second = createTask(bad);
  await sleep(0);
  trace('done', first.done(), second.done(), second.exception());
  loop.callSoon(trace, ['soon']);
  for (let i = 0; i < 2; i++) {
    trace(await first);
    try {
      await second;
    } catch (error) {
      trace(error);
    }
  }
  trace('no turn so far');
  await sleep(0);
}
