import { type Future, getRunningLoop, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();
  future.setResult(null);
  for (const [name, call] of [
    ['empty', () => wait([])],
    ['lone future', () => wait(future as unknown as Future<null>[])],
    ['condition', () => wait([future], { returnWhen: 'SOMETIMES' as 'ALL_COMPLETED' })],
  ] as const) {
    try {
      await call();
      trace(name, 'fine');
    } catch (error) {
      trace(name, trace.kind(error));
    }
  }
}
