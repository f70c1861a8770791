import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function link(number: number): Promise<number[]> {
    trace('start', number);
    if (number === 4) {
      await sleep(0);
      return [number];
    }
    const numbers = await createTask(() => link(number + 1));
    trace('resume', number);
    return [number, ...numbers];
  }

  function turn(number: number): void {
    trace('turn', number);
    if (number < 12) loop.callSoon(turn, [number + 1]);
  }

  loop.callSoon(turn, [0]);
  trace(await createTask(() => link(0)));
  await sleep(0);
}
