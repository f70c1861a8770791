import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const mailbox = [loop.createFuture<number>(), loop.createFuture<number>()];

  async function player(me: number, rounds: number): Promise<void> {
    for (let number = 0; number < rounds; number++) {
      const received = await mailbox[me]!;
      trace('player', me, 'received', received);
      mailbox[me] = loop.createFuture<number>();
      const other = mailbox[1 - me]!;
      if (!other.done()) other.setResult(received + 1);
      if (number % 2) await sleep(0);
    }
    trace('player', me, 'leaves');
  }

  const tasks = [createTask(() => player(0, 4)), createTask(() => player(1, 4))];
  mailbox[0]!.setResult(0);
  for (let turn = 0; turn < 6; turn++) {
    loop.callSoon(trace, ['turn', turn]);
    await sleep(0);
  }
  for (const task of tasks) {
    await task;
  }
}
