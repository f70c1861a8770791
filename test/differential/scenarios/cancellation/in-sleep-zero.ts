import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
      trace(name, turn);
      try {
        await sleep(0);
      } catch (error) {
        trace(name, 'cancelled in turn', turn);
        throw error;
      }
    }
  }

  const first = createTask(() => child('first'));
  const second = createTask(() => child('second'));
  await sleep(0);
  await sleep(0);
  trace('cancel', first.cancel(), first.cancel());
  for (const task of [first, second]) {
    try {
      await task;
      trace('finished');
    } catch {
      trace('cancelled');
    }
  }
}
