import { ValueError } from '@bight/loop-abstract';
import { currentTask, getRunningLoop, sleep, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function swallows(): Promise<void> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace('swallowed', error);
    }
  }

  async function raises(): Promise<void> {
    try {
      await loop.createFuture<null>();
    } catch {
      throw new ValueError('instead');
    }
  }

  for (const [name, body] of [
    ['swallows', swallows],
    ['raises', raises],
  ] as const) {
    const limit = timeout(TICK);
    try {
      await limit.run(async () => {
        await body();
        trace(name, 'body ends');
      });
    } catch (error) {
      trace(name, error);
    }
    trace(name, limit.expired(), currentTask()!.cancelling());
    await sleep(0);
  }
}
