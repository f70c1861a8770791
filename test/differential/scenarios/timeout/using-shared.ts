import type { AbstractFuture } from '@bight/loop-abstract';
import { createTask, gather, getRunningLoop, sleep, TaskGroup, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
export const style = 'async';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const shared = loop.createFuture<void>();

  async function child(): Promise<void> {
    await loop.createFuture<void>();
  }

  async function limited(future: AbstractFuture<void>): Promise<void> {
    try {
      await using _ = timeout(TICK);
      await future;
    } catch (error) {
      trace('limited', error);
    }
  }

  async function unlimited(name: string, future: AbstractFuture<void>): Promise<void> {
    try {
      await future;
    } catch (error) {
      trace(name, error);
    }
  }

  const task = createTask(child);
  const before = createTask(() => unlimited('before', shared));
  const limitedTasks = [createTask(() => limited(shared)), createTask(() => limited(task))];
  const after = createTask(() => unlimited('after', shared));
  const beside = createTask(() => unlimited('beside', task));
  await gather([before, ...limitedTasks, after, beside]);
  trace(shared.cancelled(), task.cancelled(), await gather([shared, task], { returnExceptions: true }));
  for (const future of [shared, task]) {
    try {
      future.result();
    } catch (error) {
      trace('result', error);
    }
  }

  try {
    await TaskGroup.run(async () => {
      await using _ = timeout(TICK);
      await sleep(9 * TICK);
    });
  } catch (error) {
    trace('group', error);
  }
}
