import type { TestLoop } from './loops.js';

/** Lets `count` turns of the loop pass. */
export async function turns(loop: TestLoop, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    const next = loop.createFuture<void>();
    loop.callSoon(() => next.setResult(undefined));
    await next;
  }
}

/** Lets the host work for a while: only to see that something does *not* happen. */
export async function aWhile(loop: TestLoop, seconds = 0.03): Promise<void> {
  const over = loop.createFuture<void>();
  loop.callLater(seconds, () => over.setResult(undefined));
  await over;
}
