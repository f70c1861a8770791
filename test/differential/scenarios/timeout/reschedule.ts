import { getRunningLoop, sleep, timeoutAt } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const start = loop.time();
  const now = () => Math.round((loop.time() - start) / TICK);

  async function attempt(name: string, initial: number | null, moved: number | null): Promise<void> {
    const base = loop.time();
    const limit = timeoutAt(initial === null ? null : base + initial * TICK);
    try {
      await limit.run(async () => {
        await sleep(TICK);
        limit.reschedule(moved === null ? null : base + moved * TICK);
        const when = limit.when();
        trace(name, when === null ? null : Math.round((when - base) / TICK));
        await sleep(3 * TICK);
        trace(name, 'body ends');
      });
    } catch (error) {
      trace(name, error);
    }
    trace(name, limit.expired(), now());
    try {
      limit.reschedule(loop.time() + 9);
    } catch (error) {
      trace(name, trace.kind(error));
    }
  }

  await attempt('later', 2, 9);
  await attempt('earlier', 9, 2);
  await attempt('past', 9, 0);
  await attempt('never', 2, null);
  await attempt('at last', null, 2);
}
