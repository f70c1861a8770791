import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  for (let number = 0; number < 3; number++) {
    future.addDoneCallback((done) => trace('callback', number, done.result()));
  }
  loop.callSoon(trace, ['scheduled before the result']);
  future.setResult('r');
  loop.callSoon(trace, ['scheduled after the result']);
  trace('done', future.done(), future.cancelled(), future.result(), future.exception());
  await sleep(0);
  trace('one turn later');
}
