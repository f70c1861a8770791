import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  function fail(name: string): void {
    trace('about to fail', name);
    throw new ValueError(name);
  }

  const reported: unknown[] = [];
  const handler: Parameters<typeof loop.setExceptionHandler>[0] = (handlerLoop, context) => {
    trace('handler', handlerLoop === loop, ...trace.context(context));
    reported.push(context.handle);
  };

  loop.setExceptionHandler(handler);
  trace('handler set', loop.getExceptionHandler() === handler);
  const first = loop.callSoon(fail, ['soon']);
  const timer = loop.callLater(0, fail, ['timer']);
  loop.callSoon(trace, ['next callback']);
  await sleep(0);
  await sleep(0);
  trace(reported[0] === first, reported[1] === timer);
  loop.setExceptionHandler(null);
  trace('no handler', loop.getExceptionHandler());
  loop.callSoon(fail, ['default handler']);
  await sleep(0);
}
