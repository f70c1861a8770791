import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const when = loop.time() + TICK;

  function stopper(): void {
    trace('stopping');
    loop.callLater(0, trace, ['due at once']);
    loop.callSoon(trace, ['soon']);
    loop.stop();
  }

  loop.callAt(when, stopper);
  loop.callAt(when, trace, ['same time as the stopper']);
  await loop.runForever();
  trace('first run over');
  loop.stop();
  await loop.runForever();
  trace('second run over');
  loop.close();
}
