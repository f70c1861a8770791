import {
  asCompleted,
  FIRST_COMPLETED,
  type Future,
  gather,
  newEventLoop,
  shield,
  wait,
  waitFor,
} from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  function futures(): [Future<string>, Future<string>] {
    const [first, second] = [loop.createFuture<string>(), loop.createFuture<string>()];
    loop.callSoon(() => second.setResult('second'));
    loop.callSoon(() => loop.callSoon(() => first.setResult('first')));
    return [first, second] as never;
  }

  const [all] = [await loop.runUntilComplete(wait(futures()))];
  trace('wait', all[0].size, all[1].size);
  const some = futures();
  const [done, pending] = await loop.runUntilComplete(wait(some, { returnWhen: FIRST_COMPLETED }));
  trace('wait for the first', done.size, pending.size);
  await loop.runUntilComplete(gather(some));
  for (const future of asCompleted(futures())) trace('as completed', await loop.runUntilComplete(future));
  const outer = shield(futures()[0]);
  trace('shield', await loop.runUntilComplete(outer), outer.getLoop() === loop);
  trace('waitFor', await loop.runUntilComplete(waitFor(futures()[0], 60)));
  trace('waitFor', await loop.runUntilComplete(waitFor(futures()[0], null)));
  loop.close();
}
