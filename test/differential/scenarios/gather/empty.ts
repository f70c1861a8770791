import { gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(trace, ['soon']);
  const future = gather([]);
  trace('done', future.done());
  await sleep(0);
  trace('done', future.done(), await future);
  loop.callSoon(trace, ['soon again']);
  trace(await gather([]));
  trace(await gather([], { returnExceptions: true }));
  await sleep(0);
}
