import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const when = loop.time() + TICK;
  const early = loop.callAt(when, trace, ['never']);
  trace('cancelled', early.cancelled());
  early.cancel();
  trace('cancelled', early.cancelled());

  loop.callAt(when, () => {
    trace('cancelling the neighbour');
    neighbour.cancel();
  });
  const neighbour = loop.callAt(when, trace, ['never either']);
  const survivor = loop.callAt(when, trace, ['survivor']);
  const later = loop.callAt(when + TICK, trace, ['nor this']);
  loop.callAt(when, () => later.cancel());
  loop.callAt(when + 2 * TICK, () => loop.stop());
  await loop.runForever();
  survivor.cancel();
  trace('survivor', survivor.cancelled());
  trace('when', neighbour.when() === when, later.when() === when + TICK);
  loop.close();
}
