import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const start = loop.time();

  function fire(name: string, again: number): void {
    trace(name, Math.round((loop.time() - start) / TICK));
    loop.callSoon(trace, ['soon after', name]);
    if (again > 0) loop.callLater(TICK, fire, [`${name}'`, again - 1]);
  }

  loop.callAt(start + TICK, fire, ['a', 2]);
  loop.callAt(start + TICK, fire, ['b', 1]);
  loop.callAt(start + 2 * TICK, fire, ['c', 0]);
  loop.callAt(start + 2 * TICK, fire, ['d', 0]);
  loop.callSoon(fire, ['e', 1]);
  await sleep(4 * TICK);
  trace('woken', Math.round((loop.time() - start) / TICK));
}
