import { ValueError } from '@bight/loop-abstract';
import { currentTask, getRunningLoop, sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function failing(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace('failing');
    throw new ValueError('child');
  }

  async function sibling(name: string, turns: number): Promise<void> {
    try {
      for (let turn = 0; turn < turns; turn++) {
        await sleep(0);
      }
      trace(name, 'ends');
    } catch (error) {
      trace(name, error);
      throw error;
    }
  }

  async function attempt(name: string, bodyWaits: boolean): Promise<void> {
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(() => sibling('quick', 1));
        group.createTask(() => failing(2));
        group.createTask(() => sibling('slow', 9));
        try {
          if (bodyWaits) await loop.createFuture<null>();
        } catch (error) {
          trace('body', error, currentTask()!.cancelling());
          throw error;
        }
        trace('body ends');
      });
    } catch (error) {
      trace(name, error, currentTask()!.cancelling());
    }
  }

  await attempt('waiting at the end', false);
  await attempt('waiting in the body', true);
  await sleep(0);
  trace('end');
}
