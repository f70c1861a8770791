import { ContextVar, copyContext } from '@bight/contextvars';
import { gather, shield, sleep, TaskGroup, timeout, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  async function child(name: string): Promise<string> {
    trace(name, variable.get());
    variable.set(name);
    await sleep(0);
    trace(name, variable.get());
    return name;
  }

  variable.set('main');
  await gather([() => child('gather 1'), () => child('gather 2')]);
  trace('after gather', variable.get());
  await waitFor(() => child('wait_for'), 100);
  trace('after wait_for', variable.get());
  await shield(() => child('shield'));
  trace('after shield', variable.get());
  let shared = copyContext();
  await TaskGroup.run(async (group) => {
    group.createTask(() => child('group 1'));
    variable.set('main in the group');
    group.createTask(() => child('group 2'));
    shared = copyContext();
    group.createTask(() => child('group, given context'), { context: shared });
  });
  trace('after the group', variable.get(), shared.lookup(variable));
  await timeout(100).run(async () => {
    await child('timeout');
  });
  trace('after timeout', variable.get());
}
