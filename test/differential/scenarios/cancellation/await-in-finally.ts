import { ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function cleanup(name: string, fail: boolean): Promise<void> {
    trace(name, 'cleanup begins');
    try {
      for (let turn = 0; turn < 3; turn++) {
        await sleep(0);
      }
    } catch (error) {
      trace(name, 'cleanup disturbed', error);
      throw error;
    }
    trace(name, 'cleanup ends');
    if (fail) throw new ValueError('cleanup failed');
  }

  async function child(name: string, fail = false): Promise<void> {
    try {
      await loop.createFuture<null>();
    } finally {
      await cleanup(name, fail);
    }
  }

  const calm = createTask(() => child('calm'));
  const disturbed = createTask(() => child('disturbed'));
  const failing = createTask(() => child('failing', true));
  await sleep(0);
  for (const task of [calm, disturbed, failing]) {
    task.cancel('first');
  }
  await sleep(0);
  await sleep(0);
  trace('second', disturbed.cancel('second'));
  for (const task of [calm, disturbed, failing]) {
    try {
      await task;
    } catch (error) {
      trace(error, task.cancelled(), task.cancelling());
    }
  }
}
