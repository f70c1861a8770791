import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();
  const repeated = () => trace('never');
  const kept = () => trace('kept');

  trace('absent', future.removeDoneCallback(repeated));
  future.addDoneCallback(repeated);
  future.addDoneCallback(kept);
  future.addDoneCallback(repeated);
  future.addDoneCallback(kept);
  trace('removed', future.removeDoneCallback(repeated));
  trace('removed again', future.removeDoneCallback(repeated));
  future.setResult(null);
  trace('too late', future.removeDoneCallback(kept));
  await sleep(0);
  trace('end');
}
