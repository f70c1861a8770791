import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.callExceptionHandler({ message: 'before any handler was set', extra: 1 });
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  loop.callSoon(trace, ['soon']);
  loop.callExceptionHandler({
    message: 'something went wrong',
    exception: new ValueError('cause'),
    future: undefined,
  });
  trace('after the call');
  loop.callExceptionHandler({ exception: undefined, message: 'the keys keep their order', custom: 2 });
  loop.defaultExceptionHandler({ message: 'straight to the default' });
  for (const wrong of [1, 'text']) {
    try {
      loop.setExceptionHandler(wrong as unknown as null);
    } catch (error) {
      trace('refused', error);
    }
  }
  await sleep(0);
}
