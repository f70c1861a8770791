import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<number>();

  future.addDoneCallback((done) => {
    trace('outer');
    done.addDoneCallback(() => trace('added inside outer'));
    loop.callSoon(trace, ['scheduled inside outer']);
  });
  future.addDoneCallback(() => trace('second'));
  future.setResult(1);
  future.addDoneCallback(() => trace('added when done'));
  loop.callSoon(trace, ['soon']);
  for (let turn = 0; turn < 3; turn++) {
    trace('turn', turn);
    await sleep(0);
  }
}
