import { gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<string> {
    return 'child';
  }

  function done() {
    const future = loop.createFuture<string>();
    future.setResult('done');
    return future;
  }

  const cases = [
    ['one coroutine', () => gather([child])],
    ['two coroutines', () => gather([child, child])],
    ['done futures', () => gather([done(), done()])],
    ['nested', () => gather([gather([child, done()]), gather([done()])])],
    ['empty inside', () => gather([gather([]), child])],
  ] as const;
  for (const [name, make] of cases) {
    let isRunning = true;
    const count = (turn: number): void => {
      if (!isRunning) return;
      trace(name, 'turn', turn);
      loop.callSoon(count, [turn + 1]);
    };
    loop.callSoon(count, [0]);
    trace(name, await make());
    isRunning = false;
    await sleep(0);
  }
}
