import { Context, ContextVar } from '@bight/contextvars';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const set = (value: string): void => {
    variable.set(value);
  };
  variable.set('main');
  const soon = loop.callSoon(set, ['callback']);
  const later = loop.callLater(0, set, ['timer']);
  const given = new Context();
  const explicit = loop.callSoon(set, ['explicit'], { context: given });

  trace('before', soon.getContext().get(variable), later.getContext().get(variable), given.has(variable));
  await sleep(0);
  await sleep(0);
  trace('after', soon.getContext().get(variable), later.getContext().get(variable));
  trace('explicit', explicit.getContext() === given, given.get(variable), variable.get());
}
