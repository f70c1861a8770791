import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, shield, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const inner = loop.createFuture<null>();
  const outer = shield(inner);
  trace('cancel outer', outer.cancel('enough'), inner.done());
  await sleep(0);
  inner.setException(new ValueError('not awaited'));
  await sleep(0);
  try {
    await outer;
  } catch (error) {
    trace(error, inner.exception());
  }
  const second = loop.createFuture<null>();
  const shielded = shield(second);
  trace('cancel inner', second.cancel('inner'), shielded.done());
  await sleep(0);
  trace(shielded.cancelled());
}
