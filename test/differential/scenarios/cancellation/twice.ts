import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<string> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace(name, 'first', error);
    }
    try {
      await sleep(0);
      trace(name, 'no second');
    } catch (error) {
      trace(name, 'second', error);
      throw error;
    }
    return name;
  }

  const waiting = createTask(() => child('waiting'));
  await sleep(0);
  trace(waiting.cancel('one'), waiting.cancel('two'), waiting.cancelling());
  const fresh = createTask(() => child('fresh'));
  trace(fresh.cancel('one'), fresh.cancel('two'), fresh.cancelling());
  for (const task of [waiting, fresh]) {
    try {
      trace('result', await task);
    } catch (error) {
      trace('raised', error);
    }
  }
}
