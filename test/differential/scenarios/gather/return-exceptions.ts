import { CancelledError, ValueError } from '@bight/loop-abstract';
import { createTask, gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, error?: Error): Promise<string> {
    await sleep(0);
    if (error) throw error;
    return name;
  }

  const cancelled = loop.createFuture<string>();
  const victim = createTask(() => child('victim'));
  loop.callSoon(() => cancelled.cancel('the future'));
  victim.cancel();
  trace(
    await gather(
      [
        () => child('a'),
        () => child('b', new ValueError('b')),
        cancelled,
        () => child('c', new CancelledError()),
        victim,
        () => child('d'),
      ],
      { returnExceptions: true },
    ),
  );
}
