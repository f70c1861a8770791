import { ValueError } from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function fail(name: string): Promise<void> {
    await sleep(0);
    throw new ValueError(name);
  }

  const task = createTask(() => fail('later'));
  for (let turn = 0; turn < 4; turn++) {
    trace('turn', turn, task.done());
    await sleep(0);
  }
  trace(task.exception());
  try {
    task.result();
  } catch (error) {
    trace('result', error);
  }
  try {
    await task;
  } catch (error) {
    trace('awaited', error);
  }
}
