import { ContextVar } from '@bight/contextvars';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  function callback(name: string): void {
    trace(name, variable.get());
    variable.set(`set by ${name}`);
    loop.callSoon(() => trace('child of', name, variable.get()));
  }

  variable.set('one');
  loop.callSoon(callback, ['first']);
  variable.set('two');
  loop.callSoon(callback, ['second']);
  loop.callLater(0, callback, ['timer']);
  loop.callSoonThreadsafe(callback, ['threadsafe']);
  variable.set('three');
  for (let turn = 0; turn < 4; turn++) {
    await sleep(0);
    trace('main', variable.get());
  }
}
