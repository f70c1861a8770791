import { ValueError } from '@bight/loop-abstract';
import { createTask, currentTask, sleep, TaskGroup, timeout, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function helper(): Promise<string> {
    trace('helper', currentTask()!.cancel('by the helper'));
    return 'result of the helper';
  }

  async function inline(): Promise<void> {
    trace(await helper());
    trace(await waitFor(helper, null));
  }

  async function inTimeout(): Promise<void> {
    await timeout(100).run(async () => {
      trace(await helper());
    });
    trace('block left');
  }

  async function inGroup(): Promise<void> {
    await TaskGroup.run(async () => {
      await helper();
    });
    trace('block left');
  }

  async function failsInTimeout(): Promise<void> {
    try {
      await timeout(100).run(async () => {
        await helper();
        throw new ValueError('from the block');
      });
    } catch (error) {
      trace('caught', error);
    }
  }

  async function waitsFirst(): Promise<void> {
    await timeout(100).run(async () => {
      await sleep(0);
      await helper();
    });
    trace('block left');
  }

  for (const coroutine of [inline, inTimeout, inGroup, failsInTimeout, waitsFirst]) {
    const task = createTask(async () => {
      await coroutine();
      trace('before the next wait', currentTask()!.cancelling());
      await sleep(0);
      trace('never');
    });
    try {
      await task;
    } catch (error) {
      trace('cancelled', error);
    }
  }
}
