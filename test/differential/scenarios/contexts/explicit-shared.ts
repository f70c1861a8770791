import { Context, ContextVar, copyContext } from '@bight/contextvars';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  variable.set('of main');
  const shared = copyContext();

  async function child(name: string): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      trace(name, variable.get());
      variable.set(`${name} ${turn}`);
      await sleep(0);
    }
  }

  function callback(): void {
    trace('callback', variable.get());
    variable.set('of the callback');
  }

  const first = createTask(() => child('first'), { context: shared });
  const second = loop.createTask(() => child('second'), { context: shared });
  loop.callSoon(callback, [], { context: shared });
  trace('main', variable.get());
  await first;
  await second;
  trace('main', variable.get(), shared.lookup(variable));
  trace(
    'context',
    shared.run(() => variable.get()),
  );
  const empty = new Context();
  await createTask(() => child('in an empty context'), { context: empty });
  trace('empty', empty.lookup(variable));
}
