import { createTask, getRunningLoop, sleep, type Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<void>();

  async function innermost(): Promise<void> {
    try {
      await future;
    } finally {
      trace('innermost', future.cancelled());
    }
  }

  async function middle(task: Task<void>): Promise<void> {
    try {
      await task;
    } catch (error) {
      trace('middle', error, task.cancelled(), task.cancelling());
      throw error;
    }
  }

  async function outer(task: Task<void>): Promise<void> {
    try {
      await task;
    } catch (error) {
      trace('outer', error, task.cancelled(), task.cancelling());
      throw error;
    }
  }

  const third = createTask(innermost);
  const second = createTask(() => middle(third));
  const first = createTask(() => outer(second));
  await sleep(0);
  trace('cancel', first.cancel('from the top'));
  trace('requests', first.cancelling(), second.cancelling(), third.cancelling(), future.cancelled());
  for (let turn = 0; turn < 4; turn++) {
    trace(
      'turn',
      turn,
      [first, second, third].map((task) => task.done()),
    );
    await sleep(0);
  }
  trace([first, second, third].map((task) => task.cancelled()));
}
