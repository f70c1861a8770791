import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const when = loop.time() + TICK;
  for (let number = 0; number < 7; number++) {
    loop.callAt(when, trace, ['equal', number]);
  }
  loop.callAt(when - TICK / 2, trace, ['earlier']);
  loop.callAt(when + TICK / 2, () => loop.stop());
  await loop.runForever();
  loop.close();
}
