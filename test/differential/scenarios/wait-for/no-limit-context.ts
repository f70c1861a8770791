import { ContextVar } from '@bight/contextvars';
import { createTask, currentTask, sleep, timeout, waitFor } from '@bight/loop-core';
import { Lock } from 'bight';
import type { Trace } from '../../support/trace.js';

const colour = new ContextVar('colour', { default: 'none' });

export async function main(trace: Trace): Promise<void> {
  const where = () => [currentTask()?.getName() ?? null, colour.get()];

  async function code(name: string): Promise<string> {
    trace(name, 'begins', where());
    await sleep(0);
    trace(name, 'goes on', where());
    colour.set(name);
    try {
      await timeout(60).run(async () => {
        await sleep(0);
        trace(name, 'in a timeout', where());
      });
    } catch (error) {
      trace(name, error);
    }
    currentTask()!.cancel('by itself');
    try {
      await sleep(0);
    } catch (error) {
      trace(name, error, currentTask()!.uncancel(), where());
    }
    return name;
  }

  async function caller(): Promise<void> {
    colour.set('red');
    trace(await waitFor(async () => await code('direct'), null), where());
    trace(await waitFor(async () => await waitFor(async () => await code('nested'), null), null), where());
    trace(await new Lock().run(async () => await code('locked')), where());
  }

  await createTask(caller, { name: 'caller' });
  trace(colour.get());
}
