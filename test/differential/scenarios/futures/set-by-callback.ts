import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const futures = [0, 1, 2, 3].map(() => loop.createFuture<number>());
  for (let number = 0; number < 3; number++) {
    futures[number]!.addDoneCallback((done) => futures[number + 1]!.setResult(done.result() + 1));
  }

  async function waiter(number: number): Promise<void> {
    trace('future', number, await futures[number]!);
  }

  const tasks = [3, 2, 1, 0].map((number) => createTask(() => waiter(number)));

  function turn(number: number): void {
    trace('turn', number);
    if (number < 8) loop.callSoon(turn, [number + 1]);
  }

  loop.callSoon(turn, [0]);
  await sleep(0);
  futures[0]!.setResult(100);
  for (const task of tasks) {
    await task;
    trace('joined');
  }
}
