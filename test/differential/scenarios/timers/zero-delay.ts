import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callLater(0, trace, ['timer 1']);
  loop.callSoon(trace, ['soon 1']);
  loop.callSoon(() => loop.callSoon(trace, ['scheduled by soon']));
  loop.callLater(0, () => loop.callSoon(trace, ['scheduled by the timer']));
  loop.callLater(0, () => loop.callLater(0, trace, ['timer of the timer']));
  loop.callSoon(trace, ['soon 2']);
  for (let turn = 0; turn < 4; turn++) {
    trace('turn', turn);
    await sleep(0);
  }
}
