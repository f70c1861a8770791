import { type AbstractFuture, ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(future: AbstractFuture<string>): Promise<void> {
    try {
      trace('value', await future);
    } catch (error) {
      trace('cancelled', error, future.result());
      throw error;
    }
  }

  async function failing(future: AbstractFuture<string>): Promise<void> {
    try {
      await future;
    } catch (error) {
      trace('failing sees', error);
      throw error;
    }
  }

  const done = loop.createFuture<string>();
  const failed = loop.createFuture<string>();
  const first = createTask(() => child(done));
  const second = createTask(() => failing(failed));
  await sleep(0);
  done.setResult('lost');
  failed.setException(new ValueError('lost too'));
  trace('cancel', first.cancel('late'), second.cancel('late too'));
  for (const task of [first, second]) {
    try {
      await task;
    } catch (error) {
      trace('main', error);
    }
  }
  trace(failed.exception());
}
