import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const done = loop.createFuture<string>();
  done.setResult('value');
  const failed = loop.createFuture<string>();
  failed.setException(new ValueError('failure'));
  const cancelled = loop.createFuture<string>();
  cancelled.cancel('before');
  for (const timeout of [null, 0, -1, 10]) {
    loop.callSoon(trace, ['soon', timeout]);
    trace(timeout, await waitFor(done, timeout));
    for (const future of [failed, cancelled]) {
      try {
        await waitFor(future, timeout);
      } catch (error) {
        trace(timeout, trace.kind(error));
      }
    }
    trace('giving up the turn');
    await sleep(0);
    await sleep(0);
  }
}
