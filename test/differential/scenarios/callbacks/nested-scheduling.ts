import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();

  function spawn(name: string, depth: number): void {
    trace(name, depth);
    if (depth > 0) {
      loop.callSoon(spawn, [`${name}1`, depth - 1]);
      loop.callSoon(spawn, [`${name}2`, depth - 1]);
    }
  }

  loop.callSoon(spawn, ['a', 3]);
  loop.callSoon(spawn, ['b', 2]);

  function countdown(turns: number): void {
    trace('turn', turns);
    if (turns === 0) loop.stop();
    else loop.callSoon(countdown, [turns - 1]);
  }

  loop.callSoon(countdown, [5]);
  await loop.runForever();
  loop.close();
}
