import { getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const start = loop.time();
  const now = () => Math.round((loop.time() - start) / TICK);

  async function child(name: string, ticks: number, cleanup: number): Promise<string> {
    try {
      await sleep(ticks * TICK);
      return name;
    } catch (error) {
      trace(name, error, now());
      await sleep(cleanup * TICK);
      trace(name, 'cleaned up', now());
      throw error;
    }
  }

  trace('in time', await waitFor(() => child('quick', 1, 0), 3 * TICK), now());
  try {
    await waitFor(() => child('slow', 9, 2), 3 * TICK);
  } catch (error) {
    trace('too late', error, now());
  }
  const future = loop.createFuture<null>();
  try {
    await waitFor(future, TICK);
  } catch (error) {
    trace('future', error, future.cancelled(), now());
  }
}
