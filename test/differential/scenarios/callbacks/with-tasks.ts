import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function worker(name: string): Promise<void> {
    for (let step = 0; step < 3; step++) {
      trace(name, step);
      loop.callSoon(trace, ['callback of', name, step]);
      await sleep(0);
    }
    trace(name, 'done');
  }

  loop.callSoon(trace, ['before the tasks']);
  const first = createTask(() => worker('a'));
  loop.callSoon(trace, ['between the tasks']);
  const second = createTask(() => worker('b'));
  loop.callSoon(trace, ['after the tasks']);
  trace('main waits');
  await first;
  trace('main has a');
  await second;
  trace('main has b');
}
