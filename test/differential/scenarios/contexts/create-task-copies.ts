import { ContextVar } from '@bight/contextvars';
import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  async function child(name: string): Promise<void> {
    trace(name, variable.get());
    variable.set(name);
    await sleep(0);
    trace(name, variable.get());
    const grandchild = createTask(() => leaf(`${name}'`));
    variable.set(`${name} again`);
    await grandchild;
    trace(name, variable.get());
  }

  async function leaf(name: string): Promise<void> {
    trace(name, variable.get());
    variable.set('leaf');
    await sleep(0);
    trace(name, variable.get());
  }

  variable.set('main 1');
  const first = createTask(() => child('first'));
  variable.set('main 2');
  const second = createTask(() => child('second'));
  variable.set('main 3');
  await first;
  await second;
  trace('main', variable.get());
  await leaf('in place');
  trace('main after an await in place', variable.get());
}
