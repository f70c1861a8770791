import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const now = loop.time();
  loop.callAt(now, trace, ['now']);
  loop.callAt(now - 1, trace, ['a second ago']);
  loop.callAt(now - 3, trace, ['three seconds ago']);
  loop.callLater(-2, trace, ['two seconds ago']);
  loop.callSoon(trace, ['soon 1']);
  loop.callSoon(() => loop.callSoon(trace, ['next iteration']));
  loop.callSoon(trace, ['soon 2']);
  loop.callSoon(() => loop.callSoon(() => loop.stop()));
  await loop.runForever();
  trace('stopped');
  loop.close();
}
