import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const early = loop.callSoon(trace, ['never']);
  trace('cancelled before', early.cancelled());
  early.cancel();
  trace('cancelled after', early.cancelled());
  early.cancel();

  loop.callSoon(() => {
    trace('cancelling the next one');
    next.cancel();
  });
  const next = loop.callSoon(trace, ['never either']);
  const late = loop.callSoon(trace, ['ran']);
  await sleep(0);
  trace('late', late.cancelled());
  late.cancel();
  trace('late cancelled', late.cancelled());

  const own = loop.callSoon(() => {
    trace('own cancel');
    own.cancel();
  });
  await sleep(0);
  trace('own', own.cancelled());
}
