import { KeyError, ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const gate = loop.createFuture<null>();

  async function level(depth: number): Promise<string | undefined> {
    try {
      if (depth === 0) await gate;
      else await level(depth - 1);
      return undefined;
    } catch (error) {
      trace('caught', depth, error);
      if (error instanceof KeyError || depth === 2) return 'handled';
      throw depth === 1 ? new KeyError(String(depth)) : error;
    } finally {
      trace('finally', depth);
      if (depth === 1) {
        await sleep(0);
        trace('finally after a turn', depth);
      }
    }
  }

  const task = createTask(() => level(3));
  await sleep(0);
  loop.callSoon(() => gate.setException(new ValueError('deep')));
  for (let turn = 0; turn < 4; turn++) {
    loop.callSoon(trace, ['turn', turn]);
    await sleep(0);
  }
  trace('result', await task);
}
