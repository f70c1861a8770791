import { ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, run as runLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  async function leftBehind(name: string, turns: number): Promise<void> {
    try {
      await getRunningLoop().createFuture<void>();
    } catch (error) {
      trace(name, error);
      for (let turn = 0; turn < turns; turn++) {
        await sleep(0);
      }
      trace(name, 'cleaned up');
      throw error;
    }
  }

  async function swallows(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      trace('swallowed');
    }
    await sleep(0);
    trace('swallower ends');
  }

  async function fails(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      await sleep(0);
      throw new ValueError('in the clean-up');
    }
  }

  const loops: ReturnType<typeof getRunningLoop>[] = [];

  async function main(): Promise<string> {
    const loop = getRunningLoop();
    createTask(kinds[loops.length]!);
    loops.push(loop);
    await sleep(0);
    loop.callSoon(trace, ['callback left behind']);
    trace('main ends');
    return 'result of main';
  }

  const kinds = [() => leftBehind('quick', 0), () => leftBehind('slow', 3), swallows, fails];
  for (const _ of kinds) {
    trace(await runLoop(main));
  }
  trace(loops.map((loop) => loop.isClosed()));
}
