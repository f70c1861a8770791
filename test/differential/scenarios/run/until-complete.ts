import { CancelledError, KeyError, ValueError } from '@bight/loop-abstract';
import { newEventLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  type Runnable = Parameters<typeof loop.runUntilComplete>[0];

  async function attempt(name: string, make: () => Runnable): Promise<void> {
    try {
      trace(name, await loop.runUntilComplete(make()));
    } catch (error) {
      trace(name, 'raised', error);
    }
  }

  async function good(): Promise<string> {
    await sleep(0);
    return 'good';
  }

  async function bad(): Promise<never> {
    await sleep(0);
    throw new ValueError('bad');
  }

  async function cancelled(): Promise<never> {
    throw new CancelledError('by itself');
  }

  function doneFuture(): Runnable {
    const future = loop.createFuture<string>();
    future.setResult('done');
    loop.callSoon(trace, ['runs in the same iteration']);
    return future;
  }

  function laterFuture(): Runnable {
    const future = loop.createFuture<string>();
    loop.callSoon(() => future.setResult('later'));
    return future;
  }

  function failedFuture(): Runnable {
    const future = loop.createFuture<string>();
    future.setException(new KeyError('failed'));
    return future;
  }

  await attempt('coroutine', () => good);
  await attempt('error', () => bad);
  await attempt('cancelled', () => cancelled);
  await attempt('done future', doneFuture);
  await attempt('later future', laterFuture);
  await attempt('failed future', failedFuture);
  await attempt('task', () => loop.createTask(good));
  await attempt('nonsense', () => 42 as unknown as Runnable);
  trace(loop.isRunning(), loop.isClosed());
  loop.close();
}
