import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  async function waiter(name: string, turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'waits');
    trace(name, await future);
    loop.callSoon(trace, ['scheduled by', name]);
  }

  const tasks = [
    createTask(() => waiter('a', 2)),
    createTask(() => waiter('b', 0)),
    createTask(() => waiter('c', 1)),
    createTask(() => waiter('d', 0)),
  ];
  future.addDoneCallback(() => trace('callback added first'));
  for (let turn = 0; turn < 4; turn++) {
    await sleep(0);
  }
  future.addDoneCallback(() => trace('callback added last'));
  future.setResult('value');
  trace('set');
  for (const task of tasks) {
    await task;
  }
  trace('end');
}
