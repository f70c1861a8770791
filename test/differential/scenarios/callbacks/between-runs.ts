import { newEventLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  async function short(): Promise<string> {
    trace('short');
    loop.callSoon(trace, ['left behind 1']);
    loop.callSoon(() => loop.callSoon(trace, ['left behind 2']));
    return 'short is done';
  }

  trace(await loop.runUntilComplete(short));
  loop.callSoon(trace, ['scheduled between the runs']);

  async function longer(): Promise<string> {
    trace('longer');
    await sleep(0);
    trace('longer again');
    return 'longer is done';
  }

  trace(await loop.runUntilComplete(longer));
  loop.close();
}
