import { getRunningLoop, run as runCoroutine, ValueError, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

async function within(trace: Trace): Promise<void> {
  async function* numbers(): AsyncGenerator<number> {
    try {
      yield 1;
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: that is what this is about
      throw new ValueError('no clean-up');
    }
  }

  const loop = getRunningLoop();
  loop.setExceptionHandler((_loop, context) => trace(...trace.context(context)));
  const generator = loop.trackAsyncgen(numbers());
  trace((await wrapFuture(generator.next())).value);
}

export async function run(trace: Trace): Promise<void> {
  await runCoroutine(() => within(trace));
  trace('over');
}
