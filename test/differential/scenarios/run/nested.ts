import { getRunningLoop, run, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const style = 'async';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();
  const refused = async (name: string, action: () => unknown): Promise<void> => {
    try {
      await Promise.resolve(action());
      trace(name, 'fine');
    } catch (error) {
      trace(name, trace.kind(error));
    }
  };

  async function inner(): Promise<string> {
    return 'inner';
  }

  await refused('run_until_complete', () => loop.runUntilComplete(future));
  await refused('run_forever', () => loop.runForever());
  await refused('close', () => loop.close());
  await refused('run', () => run(inner));
  await sleep(0);
  trace('goes on', loop.isRunning(), loop.isClosed());
}
