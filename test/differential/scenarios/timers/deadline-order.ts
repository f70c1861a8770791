import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  loop.callLater(3 * TICK, trace, ['three']);
  loop.callLater(1 * TICK, trace, ['one']);
  loop.callAt(loop.time() + 4 * TICK, () => loop.stop());
  loop.callLater(2 * TICK, trace, ['two']);
  loop.callSoon(trace, ['soon']);
  await loop.runForever();
  trace('stopped');
  loop.close();
}
