import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<number>();
  future.addDoneCallback((done) => trace('callback', done.cancelled()));
  trace('cancel', future.cancel());
  trace('again', future.cancel(), future.done(), future.cancelled());
  for (const [name, ask] of [
    ['result', () => future.result()],
    ['exception', () => future.exception()],
  ] as const) {
    try {
      trace(name, ask());
    } catch (error) {
      trace(name, 'raised', error);
    }
  }
  try {
    future.setResult(1);
  } catch (error) {
    trace('set_result', error);
  }
  try {
    await future;
  } catch (error) {
    trace('awaited without a turn', error);
  }
  await sleep(0);
  const finished = loop.createFuture<string>();
  finished.setResult('kept');
  trace('cancel when done', finished.cancel(), finished.cancelled(), await finished);
}
