import { createTask, getRunningLoop, run as runLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  function numbers(): AsyncGenerator<number> {
    const generator = (async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        trace('generator closing');
        await sleep(0);
        trace('generator closed');
      }
    })();
    getRunningLoop().trackAsyncgen(generator);
    return generator;
  }

  async function leftBehind(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      trace('task cancelled');
    }
  }

  await runLoop(async () => {
    createTask(leftBehind);
    const generator = numbers();
    trace('first', (await generator.next()).value);
    await sleep(0);
    getRunningLoop().callSoon(trace, ['callback left behind']);
    trace('main ends');
  });

  await runLoop(async () => {
    for await (const number of numbers()) {
      trace('number', number);
    }
    trace('exhausted');
  });

  await runLoop(async () => {
    const loop = getRunningLoop();
    const generator = numbers();
    trace('first', (await generator.next()).value);
    await loop.shutdownAsyncgens();
    trace('shut down');
    if ((await generator.next()).done) trace('generator is over');
  });
}
