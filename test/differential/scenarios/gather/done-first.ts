import { ValueError } from '@bight/loop-abstract';
import { gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<void> {
    trace(name, 'begins');
    await sleep(0);
    trace(name, 'ends');
  }

  const failed = loop.createFuture<void>();
  failed.setException(new ValueError('failed before'));
  const makers = [
    () => gather([failed, () => child('after')]),
    () => gather([() => child('before'), failed]),
  ];
  for (const make of makers) {
    try {
      await make();
    } catch (error) {
      trace('caught', error);
    }
    await sleep(0);
    await sleep(0);
  }
}
