import { KeyError, ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => {
    trace('handler', ...trace.context(context));
    throw new KeyError('in the handler');
  });
  loop.callSoon(() => {
    throw new ValueError('in the callback');
  });
  loop.callSoon(trace, ['next callback']);
  await sleep(0);
  trace('main goes on');
}
