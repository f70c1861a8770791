import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  function stopper(): void {
    trace('stopping', loop.isRunning());
    loop.callSoon(trace, ['scheduled by the stopper']);
    loop.stop();
    loop.stop();
    trace('still here', loop.isRunning());
  }

  loop.callSoon(trace, ['before']);
  loop.callSoon(stopper);
  loop.callSoon(trace, ['same iteration']);
  loop.callSoon(() => loop.callSoon(trace, ['two iterations away']));
  await loop.runForever();
  trace('first run over');
  loop.callSoon(() => loop.stop());
  await loop.runForever();
  trace('second run over');
  loop.close();
}
