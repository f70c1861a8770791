import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(trace, ['soon 1']);
  loop.callSoonThreadsafe(trace, ['threadsafe 1']);
  loop.callSoon(trace, ['soon 2']);
  const cancelled = loop.callSoonThreadsafe(trace, ['never']);
  loop.callSoonThreadsafe(() => loop.callSoon(trace, ['nested']));
  cancelled.cancel();
  trace('scheduled', cancelled.cancelled());
  await sleep(0);
  trace('one turn later');
  await sleep(0);
  trace('two turns later');
}
