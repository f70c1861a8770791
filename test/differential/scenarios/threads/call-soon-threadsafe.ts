import {
  ContextVar,
  copyContext,
  currentTask,
  getRunningLoop,
  newEventLoop,
  run as runCoroutine,
  sleep,
} from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

const variable = new ContextVar('var', { default: 'unset' });

async function within(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const over = loop.createFuture<void>();

  function outside(): void {
    variable.set('outside');
    loop.callSoonThreadsafe(trace, ['first']);
    loop.callSoonThreadsafe(trace, ['second']);
    loop.callSoonThreadsafe(() => trace('third', variable.get(), currentTask({ loop }) === null));
    loop.callSoonThreadsafe(() => {
      loop.callSoon(() => over.setResult());
    });
  }

  loop.callSoonThreadsafe(trace, ['from inside', 1]);
  loop.callSoonThreadsafe(trace, ['cancelled']).cancel();
  loop.callSoon(trace, ['after it']);
  await sleep(0);
  // A callback of the host has no running loop, like another thread.
  setTimeout(() => copyContext().run(outside), 1);
  await over;
}

export async function run(trace: Trace): Promise<void> {
  await runCoroutine(() => within(trace));
  const loop = newEventLoop();
  loop.callSoonThreadsafe(trace, ['before it ran']);
  loop.callSoonThreadsafe(() => loop.stop());
  await loop.runForever();
  loop.close();
  try {
    loop.callSoonThreadsafe(trace);
  } catch (error) {
    trace(error);
  }
}
