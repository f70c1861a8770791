import {
  CancelledError,
  currentTask,
  getRunningLoop,
  RuntimeError,
  sleep,
  TimeoutError,
  timeout,
} from 'bight';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function attempt(name: string, outerDelay: number, innerDelay: number): Promise<void> {
    const base = loop.time();
    const outer = timeout(outerDelay);
    let inner = timeout(null);
    try {
      await outer.run(async () => {
        inner = timeout(innerDelay);
        try {
          await inner.run(async () => {
            try {
              await sleep(10);
            } catch (error) {
              if (!(error instanceof CancelledError)) throw error;
              trace(name, error, outer.expired(), inner.expired(), loop.time() - base);
              for (const limit of [outer, inner]) {
                try {
                  limit.reschedule(loop.time() + 3);
                  trace(name, 'moved');
                } catch (refusal) {
                  if (!(refusal instanceof RuntimeError)) throw refusal;
                  trace(name, trace.kind(refusal));
                }
              }
              await sleep(2);
              trace(name, 'cleaned up', loop.time() - base);
              throw error;
            }
          });
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          trace(name, 'inner', error);
        }
        await sleep(2);
        trace(name, 'body ends', loop.time() - base);
      });
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      trace(name, 'outer', error);
    }
    trace(name, outer.expired(), inner.expired(), loop.time() - base, currentTask()!.cancelling());
  }

  await attempt('inner first', 5, 1);
  await attempt('outer first', 1, 5);
  await attempt('both', 1, 1);
  await attempt('outer while inner cleans up', 2, 1);
}
