import { KeyError, ValueError } from '@bight/loop-abstract';
import { createTask, gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, turns: number, error?: Error): Promise<string> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    if (error) throw error;
    return name;
  }

  const slow = createTask(() => child('slow', 5));
  try {
    await gather([
      () => child('quick', 0),
      () => child('first bad', 1, new ValueError('first')),
      () => child('second bad', 2, new KeyError('second')),
      slow,
    ]);
  } catch (error) {
    trace('caught', error);
  }
  loop.callSoon(trace, ['soon']);
  trace('slow', slow.done(), slow.cancelled());
  trace(await slow);
}
