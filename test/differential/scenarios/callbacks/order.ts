import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  loop.callSoon(trace, ['first']);
  loop.callSoon(trace, ['second', 2]);
  loop.callSoon(trace, ['third', [3, 'x'], null]);
  loop.callSoon(() => loop.stop());
  loop.callSoon(trace, ['after stop']);
  await loop.runForever();
  trace('stopped');
  loop.close();
}
