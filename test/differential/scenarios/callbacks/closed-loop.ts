import { newEventLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  loop.callSoon(trace, ['never']);
  const future = loop.createFuture<void>();
  loop.close();
  loop.close();

  async function attempt(name: string, action: () => unknown): Promise<void> {
    try {
      await action();
      trace(name, 'fine');
    } catch (error) {
      trace(name, error);
    }
  }

  await attempt('call_soon', () => loop.callSoon(trace, ['x']));
  await attempt('call_soon_threadsafe', () => loop.callSoonThreadsafe(trace, ['x']));
  await attempt('call_later', () => loop.callLater(1, trace, ['x']));
  await attempt('call_at', () => loop.callAt(1, trace, ['x']));
  await attempt('run_forever', () => loop.runForever());
  await attempt('run_until_complete', () => loop.runUntilComplete(future));
  await attempt('stop', () => loop.stop());
  await attempt('time', () => loop.time());
  await attempt('create_future', () => {
    loop.createFuture();
  });
  trace(loop.isClosed(), loop.isRunning());
}
