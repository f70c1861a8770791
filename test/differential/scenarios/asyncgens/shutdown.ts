import { getRunningLoop, run as runCoroutine, sleep, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

async function within(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function* numbers(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      trace('closing');
      await sleep(0);
      trace('closed', getRunningLoop() === loop);
    }
  }

  // Python adopts generators by itself.
  const generator = loop.trackAsyncgen(numbers());
  trace((await wrapFuture(generator.next())).value);
  trace('left');
  await loop.shutdownAsyncgens();
  trace('shut down');
  if ((await wrapFuture(generator.next())).done) trace('exhausted');
  await loop.shutdownAsyncgens();
}

export async function run(trace: Trace): Promise<void> {
  await runCoroutine(() => within(trace));
}
