import { CancelledError } from '@bight/loop-abstract';
import { gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, turns: number): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch {
      for (let turn = 0; turn < turns; turn++) {
        await sleep(0);
      }
      throw new CancelledError(name);
    }
  }

  for (const returnExceptions of [false, true]) {
    for (const [first, second, third] of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 0],
    ] as const) {
      const children = [
        () => child('first', first),
        () => child('second', second),
        () => child('third', third),
      ];
      const outer = gather(children, { returnExceptions });
      await sleep(0);
      await sleep(0);
      outer.cancel('from outside');
      try {
        await outer;
      } catch (error) {
        trace(returnExceptions, first, second, third, error, outer.cancelled());
      }
      for (let turn = 0; turn < 4; turn++) {
        await sleep(0);
      }
    }
  }
}
