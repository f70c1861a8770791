import { gather, newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const other = newEventLoop();
  const foreign = other.createFuture<null>();

  async function attempt(name: string, action: () => unknown): Promise<void> {
    try {
      await action();
      trace(name, 'fine');
    } catch (error) {
      trace(name, trace.kind(error));
    }
  }

  async function gathers(): Promise<void> {
    await gather([loop.createFuture<null>(), foreign]);
  }

  await attempt('run_until_complete', () => loop.runUntilComplete(foreign));
  await attempt('gather', () => loop.runUntilComplete(gathers));
  loop.close();
  other.close();
}
