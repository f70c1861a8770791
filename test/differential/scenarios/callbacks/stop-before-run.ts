import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  function first(): void {
    trace('first');
    loop.callSoon(trace, ['scheduled by first']);
  }

  loop.callSoon(first);
  loop.callSoon(trace, ['second']);
  loop.stop();
  trace('running', loop.isRunning());
  await loop.runForever();
  trace('returned', loop.isRunning());
  loop.callSoon(() => loop.stop());
  await loop.runForever();
  trace('returned again');
  loop.close();
  trace('closed', loop.isClosed());
}
