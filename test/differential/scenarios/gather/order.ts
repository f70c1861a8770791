import { createTask, gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, turns: number): Promise<string> {
    for (let turn = 0; turn < turns; turn++) {
      trace(name, turn);
      await sleep(0);
    }
    return name;
  }

  const future = loop.createFuture<string>();
  future.setResult('future');
  const task = createTask(() => child('task', 2));
  for (let turn = 0; turn < 7; turn++) {
    loop.callSoon(trace, ['queued', turn]);
  }
  trace(await gather([() => child('a', 3), () => child('b', 0), task, future, () => child('c', 1)]));
  loop.callSoon(trace, ['after']);
  trace(await gather([future, task]));
  await sleep(0);
}
