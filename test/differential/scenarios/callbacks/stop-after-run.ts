import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  loop.callSoon(trace, ['one']);
  loop.callSoon(() => loop.stop());
  await loop.runForever();
  trace('first run over');
  loop.stop();

  function two(): void {
    trace('two');
    loop.callSoon(trace, ['three']);
  }

  loop.callSoon(two);
  await loop.runForever();
  trace('second run over');
  loop.stop();
  await loop.runForever();
  trace('third run over');
  loop.close();
}
