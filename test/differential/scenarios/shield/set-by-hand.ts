import { ValueError } from '@bight/loop-abstract';
import { type Future, getRunningLoop, shield, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_loop, context) => trace('handler', ...trace.context(context)));

  const ends = {
    result: (future: Future<string>) => future.setResult('result'),
    error: (future: Future<string>) => future.setException(new ValueError('error')),
    cancel: (future: Future<string>) => future.cancel('cancel'),
  };

  for (const [outerEnd, endOuter] of Object.entries(ends)) {
    for (const [innerEnd, endInner] of Object.entries(ends)) {
      for (const together of [true, false]) {
        const inner = loop.createFuture<string>() as Future<string>;
        const outer = shield(inner);
        endOuter(outer);
        if (!together) {
          await sleep(0);
          await sleep(0);
        }
        endInner(inner);
        await sleep(0);
        await sleep(0);
        trace(outerEnd, innerEnd, together, 'done');
        if (!outer.cancelled()) outer.exception();
        if (!inner.cancelled()) inner.exception();
      }
    }
  }
}
