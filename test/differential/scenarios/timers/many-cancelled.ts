import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const start = loop.time();
  const handles = Array.from({ length: 300 }, (_, number) =>
    loop.callAt(start + (((number * 37) % 10) * TICK) / 10, trace, ['timer', number]),
  );
  for (const [number, handle] of handles.entries()) {
    if (number % 11) handle.cancel();
  }
  loop.callAt(start + TICK, () => loop.stop());
  loop.callSoon(trace, ['cancelled', handles.filter((handle) => handle.cancelled()).length]);
  await loop.runForever();
  loop.close();
}
