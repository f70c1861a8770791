import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function level(depth: number, wait: boolean): Promise<number> {
    trace('enter', depth);
    const total = depth > 0 ? (await level(depth - 1, wait)) + 1 : await leaf(wait);
    trace('leave', depth);
    return total;
  }

  async function leaf(wait: boolean): Promise<number> {
    if (wait) await sleep(0);
    return 0;
  }

  loop.callSoon(trace, ['soon 1']);
  trace('without waiting', await level(3, false));
  loop.callSoon(trace, ['soon 2']);
  trace('waiting', await level(3, true));
  loop.callSoon(trace, ['soon 3']);
  const other = createTask(() => level(2, true));
  trace('waiting again', await level(3, true));
  trace('other', await other);
}
