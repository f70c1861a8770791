import { ContextVar, copyContext } from '@bight/contextvars';
import { allTasks, createTask, Runner, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function run(trace: Trace): Promise<void> {
  async function leftBehind(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      trace('cancelled', variable.get());
    }
  }

  async function first(): Promise<number> {
    trace('first', variable.get());
    variable.set('set by the first run');
    createTask(leftBehind);
    await sleep(0);
    return 1;
  }

  async function second(): Promise<number> {
    trace('second', variable.get(), allTasks().size);
    return 2;
  }

  const runner = new Runner();
  const loop = runner.getLoop();
  trace('closed', loop.isClosed());
  trace(await runner.run(first));
  trace(await runner.run(second));
  const given = copyContext();
  given.run(() => variable.set('given'));
  trace(await runner.run(second, { context: given }));
  trace('same loop', runner.getLoop() === loop, variable.get());
  await runner.close();
  trace('closed', loop.isClosed());
  try {
    await runner.run(second);
  } catch (error) {
    trace(trace.kind(error));
  }
  await runner.close();
}
